import { givenProfile } from '../profiles/given.js'
import type { Profile, VerifyRules } from '../profiles/profile.js'
import { expand, type TemplateValues } from '../profiles/template.js'

/** An issuer a profile knows, and where its keys are if not at the place its metadata name. */
export interface KnownIssuer {
  readonly issuer: string
  readonly jwks: string | undefined
}

/** The verifying half of a profile, its templates filled in with its variables. */
export interface ProfileRules extends Omit<VerifyRules, 'issuers' | 'jwks' | 'audience'> {
  readonly name: string | undefined
  readonly variables: TemplateValues
  /** Templates still: in the hole of those that have one for each tenant stands a claim's name, `{claims.tid}`. */
  readonly issuers: readonly KnownIssuer[]
  readonly jwks: string | undefined
  readonly audience: readonly string[]
}

/** Reads what a profile says to a resource server; without one, tokens are as RFC 9068 and RFC 7519 say. @throws TypeError */
export function readProfileRules(given: Profile | undefined): ProfileRules {
  const profile: Partial<Profile> = given === undefined ? {} : givenProfile(given)
  const { name, variables = {}, verify = { tokens: 'jwt' } } = profile
  const fill = (template: string | undefined): string | undefined =>
    template === undefined ? undefined : expand(template, variables)
  const jwks = fill(verify.jwks)
  return {
    ...verify,
    name,
    variables,
    issuers: (verify.issuers ?? []).map((each) =>
      typeof each === 'string' ? { issuer: each, jwks } : { issuer: each.issuer, jwks: fill(each.jwks) },
    ),
    jwks,
    audience: (verify.audience ?? []).flatMap((template) => fill(template) ?? []),
  }
}

/** Those whose names can be filled in. */
export function fillIn(issuers: readonly KnownIssuer[], variables: TemplateValues): readonly KnownIssuer[] {
  return issuers.flatMap(({ issuer: template, jwks }) => {
    const issuer = expand(template, variables)
    return issuer === undefined ? [] : [{ issuer, jwks }]
  })
}
