import { type JsonObject, own, text } from '../json.js'
import { readPath } from '../path.js'
import { type Home, settle } from './access-token.js'
import { describeClaims } from './claims-schema.js'
import type { KnownScopes } from './known-scopes.js'
import type { IssuerRules } from './rules.js'
import type { AccessToken, Claims } from './types.js'

/** What a verifier puts into its tokens beside their claims. */
export interface IssueContext<S extends string> {
  readonly home: Home
  readonly scopes: KnownScopes<S>
}

/**
 * Makes the access token of claims that were checked; at once where there is no schema.
 *
 * @throws Refusal when they do not fit the schema.
 */
export function issueToken<S extends string, C extends object>(
  claims: JsonObject,
  expiresAt: number,
  rules: IssuerRules<C>,
  { home, scopes }: IssueContext<S>,
): AccessToken<S, C> | Promise<AccessToken<S, C>> {
  const issue = (described: Claims<C>): AccessToken<S, C> => {
    const token = {
      issuer: rules.issuer,
      subject: text(own(claims, 'sub')),
      clientId: text(readPath(claims, rules.clientId)),
      expiresAt,
      scopes: scopes.of(claims, rules.scopeMapping),
      claims: described,
    }
    return settle(token, home, claims)
  }
  const described = describeClaims(claims, rules.schema)
  return described instanceof Promise ? described.then(issue) : issue(described)
}
