import { Lru } from '../cache/lru.js'
import type { Session } from './obtain.js'

/** What this process knows of one key besides what is stored. */
export interface KeyState extends Session {
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

  of(key: string): KeyState {
    const known = this.#states.get(key)
    if (known !== undefined) return known
    const state: KeyState = { spent: undefined, loggingIn: false, forcedAt: undefined, latest: undefined }
    this.#states.set(key, state)
    return state
  }

  keys(): readonly string[] {
    return [...this.#states.keys()]
  }
}
