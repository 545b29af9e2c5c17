import { Recent } from '../cache/recent.js'
import type { StoredToken } from '../cache/store.js'
import type { Session } from './grants/grant.js'
import type { Selected } from './selection.js'
import type { TokenSet } from './token-set.js'

/** What this process knows of one key besides what is stored. */
export interface KeyState extends Session, Selected {
  /** When a renewal was last forced, in milliseconds of the monotonic clock. */
  forcedAt: number | undefined
  /** The token this process got last, and when: its age by a clock that nobody sets. */
  latest: { readonly accessToken: string; readonly at: number } | undefined
  /** The token that was at hand last, and what callers are handed of it. */
  held: Held | undefined
  /** When it was used last, as far as that decides what is remembered. */
  half: number
}

/** A token of a store. */
export interface Held {
  readonly token: StoredToken
  readonly set: TokenSet
}

/** Keys of one session. */
export type SessionKeys = readonly [Selected, ...Selected[]]

/** Keys that are remembered; callers choose scopes, so their number must have an end. */
const maxEntries = 10_000

/** The states of a client's keys, as far as they were used lately. */
export class KeyStates {
  readonly #states = new Recent<string, KeyState>(maxEntries)

  of(selected: Selected): KeyState {
    const state = this.#states.get(selected.key) ?? this.#add(selected)
    state.half = this.#states.half
    return state
  }

  /** A state that was used before. */
  again(state: KeyState): KeyState {
    return state.half === this.#states.half ? state : this.of(state)
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

  #add({ key, sessionKey, credential }: Selected): KeyState {
    const unknown = { spent: undefined, forcedAt: undefined, latest: undefined, held: undefined }
    const state = { key, sessionKey, credential, loggingIn: false, half: 0, ...unknown }
    this.#states.set(key, state)
    return state
  }
}
