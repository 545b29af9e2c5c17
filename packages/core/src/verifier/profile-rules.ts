import { givenProfile } from '../profiles/given.js'
import type { Profile, VerifyRules } from '../profiles/profile.js'
import { expand } from '../profiles/template.js'

/** An issuer a profile knows, and where its keys are if not at the place its metadata name. */
export interface KnownIssuer {
  readonly issuer: string
  readonly jwks: string | undefined
}

/** The verifying half of a profile, its templates filled in with its variables. */
export interface ProfileRules extends Omit<VerifyRules, 'issuers' | 'jwks' | 'audience'> {
  readonly name: string | undefined
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly issuers: readonly KnownIssuer[]
  /** Its issuers that have one for each tenant: a claim's name stands in their hole, `{claims.tid}`. */
  readonly templates: readonly KnownIssuer[]
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
      issuers: [],
      templates: [],
      jwks: undefined,
      audience: undefined,
    }
  const { name, variables = {}, verify = { tokens: 'jwt' } } = givenProfile(given)
  const values = Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, value ?? undefined]))
  const fill = (template: string | undefined): string | undefined =>
    template === undefined ? undefined : expand(template, values)
  const jwks = fill(verify.jwks)
  const places = (verify.issuers ?? []).map((each) =>
    typeof each === 'string' ? { template: each, jwks } : { template: each.issuer, jwks: fill(each.jwks) },
  )
  const audience = (verify.audience ?? []).flatMap((template) => fill(template) ?? [])
  return {
    ...verify,
    name,
    variables: values,
    issuers: places.flatMap(({ template, jwks }) => {
      const issuer = fill(template)
      return issuer === undefined ? [] : [{ issuer, jwks }]
    }),
    templates: places.flatMap(({ template, jwks }) => {
      const issuer = claimHole.test(template) ? fillAround(template, values) : undefined
      return issuer === undefined ? [] : [{ issuer, jwks }]
    }),
    jwks,
    audience: audience.length === 0 ? undefined : audience,
  }
}

/** A template that asks for a claim stays open: an issuer is what selects the keys, so it must be known before. */
function fillAround(template: string, values: ProfileRules['variables']): string | undefined {
  const [hole = '', name = ''] = claimHole.exec(template) ?? []
  return expand(template.replace(hole, `{+${name}}`), { ...values, [name]: hole })
}
