import { isPromise } from '../is-promise.js'
import { type JsonObject, own, text } from '../json.js'
import { readPath } from '../path.js'
import { until } from '../until.js'
import { type Home, settle } from './access-token.js'
import { checkTimes, type Times } from './claims.js'
import { describeClaims } from './claims-schema.js'
import type { Issuing } from './issuing.js'
import { KnownScopes } from './known-scopes.js'
import type { Settings } from './options.js'
import type { IssuerRules } from './rules.js'
import type { AccessToken, Claims } from './token-types.js'

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
      if (!isPromise(described)) return tokenOf(claims, described, times, rules)
      // A schema may take its time, so the caller may leave and the token may expire meanwhile.
      return until(described, signal).then((good) => {
        check(times)
        return tokenOf(claims, good, times, rules)
      })
    },
  }
}
