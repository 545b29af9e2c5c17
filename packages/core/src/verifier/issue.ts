import { type JsonObject, own, text } from '../json.js'
import { readPath } from '../path.js'
import type { ScopeCatalogue } from '../scopes/catalogue.js'
import { mapScopes } from '../scopes/mapping.js'
import { type Home, settle } from './access-token.js'
import { describeClaims } from './claims-schema.js'
import type { IssuerRules } from './rules.js'
import type { AccessToken, Claims } from './types.js'

/** What a verifier puts into its tokens beside their claims. */
export interface IssueContext<S extends string> {
  readonly home: Home
  readonly catalogue: ScopeCatalogue<S> | undefined
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
  { home, catalogue }: IssueContext<S>,
): AccessToken<S, C> | Promise<AccessToken<S, C>> {
  const issue = (described: Claims<C>): AccessToken<S, C> => {
    const token = {
      issuer: rules.issuer,
      subject: text(own(claims, 'sub')),
      clientId: text(readPath(claims, rules.clientId)),
      expiresAt,
      scopes: Object.freeze(effectiveScopes(claims, rules, catalogue)),
      claims: described,
    }
    return settle(token, home, claims)
  }
  const described = describeClaims(claims, rules.schema)
  return described instanceof Promise ? described.then(issue) : issue(described)
}

function effectiveScopes<S extends string>(
  claims: JsonObject,
  { scopeMapping }: IssuerRules,
  catalogue: ScopeCatalogue<S> | undefined,
): readonly S[] {
  const granted = mapScopes(claims, scopeMapping)
  // Without a catalogue S is `string`: nothing else could be inferred for it.
  const isScope = (_: string): _ is S => true
  return catalogue === undefined ? granted.filter(isScope) : catalogue.expand(granted)
}
