import { type JsonObject, own, text } from '../json.js'
import { readPath } from '../path.js'
import { until } from '../until.js'
import { type Home, settle } from './access-token.js'
import { checkTimes, type Times } from './claims.js'
import { describeClaims, isImmutable } from './claims-schema.js'
import { KnownScopes } from './known-scopes.js'
import type { Settings } from './options.js'
import type { Caller } from './request-scope.js'
import type { IssuerRules } from './rules.js'
import type { AccessToken, Claims } from './types.js'

/** Makes access tokens of claims that were checked. */
export interface Issuing<S extends string, C extends object> {
  /**
   * Makes one; at once where there is no schema.
   *
   * @param claims frozen at any depth.
   * @throws Refusal when they do not fit the schema.
   */
  issue(
    claims: JsonObject,
    times: Times,
    rules: IssuerRules<C>,
    caller: Caller,
  ): AccessToken<S, C> | Promise<AccessToken<S, C>>
  /** Holds the times of a token against the clock. @throws Refusal */
  check(times: Times): void
}

export function createIssuing<S extends string, C extends object>(
  { catalogue, tolerance, now }: Settings<S, C>,
  home: Home,
): Issuing<S, C> {
  const scopes = new KnownScopes(catalogue)
  const check = (times: Times): void => checkTimes(times, { now: now() / 1000, tolerance })

  const tokenOf = (
    claims: JsonObject,
    described: Claims<C>,
    { exp }: Times,
    rules: IssuerRules<C>,
  ): AccessToken<S, C> => {
    const token = {
      issuer: rules.issuer,
      subject: text(own(claims, 'sub')),
      clientId: text(readPath(claims, rules.clientId)),
      expiresAt: exp,
      scopes: scopes.of(claims, rules.scopeMapping),
      claims: described,
    }
    return settle(token, home, claims)
  }

  return {
    check,
    issue: (claims, times, rules, { signal }) => {
      const described = describeClaims(claims, rules.schema)
      if (!(described instanceof Promise)) return tokenOf(claims, described, times, rules)
      // A schema may take its time, so the caller may leave and the token may expire meanwhile.
      return until(described, signal).then((good) => {
        check(times)
        return tokenOf(claims, good, times, rules)
      })
    },
  }
}

/** Whether all requests can be handed the same token: what no schema made is frozen at any depth. */
export function isShareable({ claims }: { readonly claims: unknown }, { schema }: IssuerRules): boolean {
  return schema === undefined || isImmutable(claims)
}
