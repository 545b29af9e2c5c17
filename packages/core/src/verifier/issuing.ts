import type { JsonObject } from '../json.js'
import type { Times } from './claims.js'
import type { Caller } from './request-scope.js'
import type { IssuerRules } from './rules.js'
import type { AccessToken } from './token-types.js'

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
