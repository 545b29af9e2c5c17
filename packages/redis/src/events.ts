/** What happened inside a store; never a token, a key or a name. */
export type RedisStoreEvent =
  | {
      /** A command failed or took too long. The token client goes on without the store. */
      readonly type: 'command_failed'
      readonly operation: RedisOperation
      readonly reason: 'timeout' | 'not_connected' | 'out_of_memory' | 'read_only' | 'error'
    }
  | {
      /** A record cannot be used: it counts as missing. */
      readonly type: 'record_unreadable'
      readonly reason: 'unknown_key' | 'unknown_version' | 'not_encrypted' | 'corrupted'
    }
  | {
      /** A record was not saved: somebody else has renewed or revoked it since this process had its turn. */
      readonly type: 'write_superseded'
    }

/** What Redis is asked to do. */
export type RedisOperation = 'get' | 'set' | 'delete' | 'lock' | 'release' | 'subscribe'

/** Tells a listener; what it throws, or rejects with, must not reach whoever asked for a token. */
export type Tell = (event: RedisStoreEvent) => void

/** A listener that cannot do harm. */
export function safely(listener: Tell | undefined): Tell {
  return (event) => {
    try {
      Promise.resolve(listener?.(event)).catch(() => undefined)
    } catch {}
  }
}

/** Why a command failed, as far as it can be told without quoting it. */
export function reasonOf(error: unknown): Extract<RedisStoreEvent, { type: 'command_failed' }>['reason'] {
  const text = error instanceof Error ? error.message : ''
  if (/\bOOM\b/.test(text)) return 'out_of_memory'
  return /\bREADONLY\b/.test(text) ? 'read_only' : 'error'
}
