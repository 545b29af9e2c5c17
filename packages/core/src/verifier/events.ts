import type { BearerErrorCode } from '../errors.js'

/**
 * What a verifier tells `onEvent`: for logs and counters. Never a token, a secret, or a person's claims.
 */
export type VerifierEvent =
  /**
   * A token passed everything that was asked of it; `remembered` when its signature or introspection had been checked
   * before, so that this time it came from a cache.
   */
  | { readonly type: 'token_accepted'; readonly issuer: string; readonly remembered: boolean }
  /** A request was refused; `reason` as `BearerError.reason` has it. */
  | { readonly type: 'token_refused'; readonly code: BearerErrorCode; readonly reason: string }
  /** Keys were fetched; `duration` in seconds. */
  | { readonly type: 'keys_fetched'; readonly issuer: string; readonly keys: number; readonly duration: number }
  /** Fetching keys failed; `duration` and `retryAfter` in seconds. The last good ones may still serve. */
  | {
      readonly type: 'keys_unavailable'
      readonly issuer: string
      readonly reason: string
      readonly duration: number
      readonly retryAfter: number
    }
  /** An issuer could not be looked up; it is as the token names it, and nobody vouches for it. */
  | { readonly type: 'issuer_unavailable'; readonly issuer: string; readonly reason: string }
  /** The issuer was asked about a token; `duration` in seconds. */
  | {
      readonly type: 'token_introspected'
      readonly issuer: string
      readonly active: boolean
      readonly duration: number
    }
  /** The issuer could not be asked; `duration` in seconds. */
  | {
      readonly type: 'introspection_unavailable'
      readonly issuer: string
      readonly reason: string
      readonly duration: number
    }
  /** The denylist threw, answered no boolean, or not in time. */
  | { readonly type: 'revocation_unavailable'; readonly issuer: string; readonly reason: string }
  /** Something threw that should not have: a claims schema, a `fetch` or `now` that was handed in, or this toolkit. */
  | { readonly type: 'internal_error'; readonly name: string }
