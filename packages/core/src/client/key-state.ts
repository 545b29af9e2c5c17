import { Lru } from '../cache/lru.js'
import type { Session } from './obtain.js'
import type { Selected } from './selection.js'

/** What names a key and its session. */
type Named = Pick<Selected, 'key' | 'sessionKey'>

/** What this process knows of one key besides what is stored. */
export interface KeyState extends Session, Named {
  /** When a renewal was last forced, in milliseconds of the monotonic clock. */
  forcedAt: number | undefined
  /** The token this process got last, and when: its age by a clock that nobody sets. */
  latest: { readonly accessToken: string; readonly at: number } | undefined
}

/** Keys that are remembered; callers choose scopes, so their number must have an end. */
const maxEntries = 10_000

/** The states of a client's keys, the ones unused for longest forgotten first. */
export class KeyStates {
  readonly #states = new Lru<string, KeyState>(maxEntries)

  of({ key, sessionKey }: Named): KeyState {
    const known = this.#states.get(key)
    if (known !== undefined) return known
    const state = { key, sessionKey, spent: undefined, loggingIn: false, forcedAt: undefined, latest: undefined }
    this.#states.set(key, state)
    return state
  }

  /** The state of the key under which the refresh token is kept. */
  sessionOf({ sessionKey }: Pick<Named, 'sessionKey'>): KeyState {
    return this.of({ key: sessionKey, sessionKey })
  }

  /** The keys that were used lately, by their sessions. */
  sessions(): ReadonlyMap<string, readonly string[]> {
    const sessions = new Map<string, string[]>()
    for (const { key, sessionKey } of this.#states.values()) {
      const keys = sessions.get(sessionKey)
      if (keys === undefined) sessions.set(sessionKey, [key])
      else keys.push(key)
    }
    return sessions
  }
}
