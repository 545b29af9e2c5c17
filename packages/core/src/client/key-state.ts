import { type Phase, phaseOf } from '../cache/freshness.js'
import { Lru } from '../cache/lru.js'
import type { StoredToken } from '../cache/store.js'
import type { Session } from './grants/grant.js'
import type { Selected } from './select.js'
import type { Settings } from './settings.js'

/** What this process knows of one key besides what is stored. */
export interface KeyState extends Session, Selected {
  /** When a renewal was last forced, in milliseconds of the monotonic clock. */
  forcedAt: number
  /** The token this process got last, and when: its age by a clock that nobody sets. */
  latest: { readonly accessToken: string; readonly at: number } | undefined
}

/** Where a token stands in its life. @param ahead seconds from now */
export function phaseIn(
  { now, monotonic }: Pick<Settings, 'now' | 'monotonic'>,
  { latest }: KeyState,
  token: StoredToken | undefined,
  ahead = 0,
): Phase {
  if (token === undefined) return 'expired'
  const known = latest !== undefined && latest.accessToken === token.accessToken
  const age = known ? (monotonic() - latest.at) / 1000 : 0
  return phaseOf(token, now() / 1000 + ahead, age + ahead)
}

/** Keys of one session. */
export type SessionKeys = readonly [Selected, ...Selected[]]

/** Keys that are remembered; callers choose scopes, so their number must have an end. */
const maxEntries = 10_000

/** The states of a client's keys, as far as they were used lately. */
export class KeyStates {
  readonly #states = new Lru<string, KeyState>(maxEntries)

  of({ key, sessionKey, credential }: Selected): KeyState {
    const known = this.#states.get(key)
    if (known !== undefined) return known
    const unknown = { spent: undefined, loggingIn: false, forcedAt: Number.NEGATIVE_INFINITY, latest: undefined }
    const state = { key, sessionKey, credential, ...unknown }
    this.#states.set(key, state)
    return state
  }

  /** The state of the key under which the refresh token is kept. */
  sessionOf({ sessionKey, credential }: Selected): KeyState {
    return this.of({ key: sessionKey, sessionKey, credential })
  }

  /** The keys that were used lately, those of one session together. */
  sessions(): Iterable<SessionKeys> {
    const sessions = new Map<string, [KeyState, ...KeyState[]]>()
    for (const state of this.#states.values()) {
      const keys = sessions.get(state.sessionKey)
      if (keys === undefined) sessions.set(state.sessionKey, [state])
      else keys.push(state)
    }
    return sessions.values()
  }
}
