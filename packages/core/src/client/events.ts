import type { TokenRequestErrorCode } from '../errors.js'
import type { GrantName } from '../profiles/profile.js'

/** What happened inside a token client; never a token, a secret or a name of a person. Durations are in seconds. */
export type TokenClientEvent =
  /** A caller got a token that was at hand. */
  | { readonly type: 'hit'; readonly grant: GrantName; readonly remaining: number }
  /** A token was got from the authorization server. */
  | {
      readonly type: 'acquired'
      readonly grant: GrantName
      readonly duration: number
      readonly remaining: number
      /** What of the answer was not as RFC 6749 §5.1 says. */
      readonly repairs: readonly string[]
    }
  /** None was; callers that had a live one still have it. */
  | {
      readonly type: 'failed'
      readonly grant: GrantName
      readonly code: TokenRequestErrorCode
      readonly status: number | undefined
      readonly retryAt: number | undefined
    }
  /** The server was not asked, because it failed a moment ago or because a renewal was forced a moment ago. */
  | { readonly type: 'suppressed'; readonly grant: GrantName; readonly reason: 'failed_before' | 'forced_before' }
  /** The store failed; a token may have been asked for although one was stored. */
  | { readonly type: 'store_failed'; readonly grant: GrantName; readonly operation: 'get' | 'set' | 'delete' }

/** Tells the listener; what it throws must not reach whoever asked for a token. */
export type Tell = (event: TokenClientEvent) => void

/** A listener that cannot do harm, not by a promise that rejects either. */
export function safely(listener: Tell | undefined): Tell {
  return (event) => {
    try {
      const result: unknown = listener?.(event)
      if (result instanceof Promise) result.catch(() => undefined)
    } catch {}
  }
}
