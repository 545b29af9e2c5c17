import type { TokenRequestErrorCode } from '../errors.js'
import type { GrantName } from '../profiles/profile.js'

/** What every event tells. */
interface Happening {
  readonly grant: GrantName
  /** Who was asked: the store, or the authorization server. */
  readonly source: 'store' | 'authorization_server'
  /** Seconds it took to ask the server, retries and waiting for another process included; 0 for what was at hand. */
  readonly duration: number
  /** Seconds the token at hand has to live, the one just got where there is one; 0 without a live token. */
  readonly remaining: number
}

/** What happened inside a token client; never a token, a secret or a name of a person. */
export type TokenClientEvent = Happening &
  (
    | {
        /** A caller got a token that was at hand. */
        readonly type: 'hit'
      }
    | {
        /** A token was got while a caller waited; from the store where another process had just renewed it. */
        readonly type: 'acquired'
        /** What of the answer was not as RFC 6749 §5.1 says. */
        readonly repairs: readonly string[]
      }
    | {
        /** A token was got behind the callers' backs, while the one before it was served. */
        readonly type: 'renewed'
        readonly repairs: readonly string[]
      }
    | {
        /** No token was got; callers that had a live one still have it. */
        readonly type: 'failed'
        /** Whether it was to be renewed behind the callers' backs. */
        readonly background: boolean
        readonly code: TokenRequestErrorCode
        readonly status: number | undefined
        /** Until then the server is not asked again. */
        readonly retryAt: number | undefined
      }
    | {
        /** The server is about to be asked once more, within the same wait. */
        readonly type: 'retried'
        /** 1 for the first time it is asked again. */
        readonly attempt: number
        readonly code: TokenRequestErrorCode
        readonly status: number | undefined
      }
    | {
        /** The server was not asked, because it failed a moment ago or because a renewal was forced a moment ago. */
        readonly type: 'suppressed'
        readonly reason: 'failed_before' | 'forced_before'
      }
    | {
        /** The store failed; a token may have been asked for although one was stored. */
        readonly type: 'store_failed'
        readonly operation: StoreOperation
      }
  )

/** What a store is asked to do. */
export type StoreOperation = 'get' | 'set' | 'delete' | 'lock' | 'release'

/** Tells the listener; what it throws must not reach whoever asked for a token. */
export type Tell = (event: TokenClientEvent) => void
