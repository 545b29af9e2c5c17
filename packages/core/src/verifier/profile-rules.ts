import type { Profile, VerifyRules } from '../profiles/profile.js'
import { resolveProfile } from '../profiles/resolve.js'
import { expand } from '../profiles/template.js'
import { checkProfile } from '../profiles/validate.js'

/** The verifying half of a profile, its templates filled in with its variables. */
export interface ProfileRules extends Omit<VerifyRules, 'issuers' | 'jwks' | 'audience'> {
  readonly name: string | undefined
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Only where the profile knows exactly one. */
  readonly issuer: string | undefined
  /** Its issuers that have one for each tenant: a claim's name stands in their hole, `{claims.tid}`. */
  readonly templates: readonly string[]
  readonly jwks: string | undefined
  readonly audience: readonly string[] | undefined
}

const claimHole = /\{(claims\.[A-Za-z]\w*)\}/

/** Reads what a profile says to a resource server; without one, tokens are as RFC 9068 and RFC 7519 say. @throws TypeError */
export function readProfileRules(given: Profile | undefined): ProfileRules {
  if (given === undefined)
    return {
      name: undefined,
      variables: {},
      tokens: 'jwt',
      issuer: undefined,
      templates: [],
      jwks: undefined,
      audience: undefined,
    }
  const { name, variables = {}, verify = { tokens: 'jwt' } } = resolveProfile(checkProfile(given))
  const values = Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, value ?? undefined]))
  // A template that asks for a claim stays open: an issuer is what selects the keys, so it must be known before.
  const fill = (template: string): string[] => [expand(template, values) ?? []].flat()
  const [issuer, ...others] = (verify.issuers ?? []).flatMap(fill)
  const audience = (verify.audience ?? []).flatMap(fill)
  return {
    ...verify,
    name,
    variables: values,
    issuer: others.length === 0 ? issuer : undefined,
    templates: (verify.issuers ?? [])
      .filter((template) => claimHole.test(template))
      .flatMap((template) => {
        const [hole = '', name = ''] = claimHole.exec(template) ?? []
        return expand(template.replace(hole, `{+${name}}`), { ...values, [name]: hole }) ?? []
      }),
    jwks: verify.jwks === undefined ? undefined : fill(verify.jwks)[0],
    audience: audience.length === 0 ? undefined : audience,
  }
}
