import type { JsonObject } from '../json.js'
import type { Confirmation } from './confirmation.js'
import type { Caller } from './request-scope.js'
import type { AccessToken } from './token-types.js'

/** A token that everything but revocation, binding and policy was checked of. */
export interface Accepted<S extends string, C extends object> {
  readonly token: AccessToken<S, C>
  /** The claims as they were sent: a schema may have put others over them. */
  readonly claims: JsonObject
  /** The keys it is bound to. */
  readonly confirmation: Confirmation | undefined
  readonly remembered: boolean
}

/**
 * The way from a text to an access token. For one that was accepted before it ends at once; its times and its key are
 * looked at again.
 *
 * @param sent whether it came in an `Authorization` field.
 * @throws Refusal
 */
export type Accept<S extends string, C extends object> = (
  text: string,
  sent: boolean,
  caller: Caller,
) => Accepted<S, C> | Promise<Accepted<S, C>>
