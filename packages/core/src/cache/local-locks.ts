import type { StoreLock } from './store.js'

/** From how many on those that ended by themselves are looked for. */
const many = 1000

/** Locks within this process, for work that must not, or cannot, be joined. */
export class LocalLocks {
  readonly #held = new Map<string, { readonly end: number }>()
  readonly #now: () => number

  /** @param now milliseconds of a clock that nobody sets. */
  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * The lock of a key, or `undefined` when it is held.
   *
   * @param lifetime seconds after which it ends by itself: a runtime may end a request, and with it the work.
   */
  take(key: string, lifetime: number): StoreLock | undefined {
    const now = this.#now()
    const held = this.#held.get(key)
    if (held !== undefined && now < held.end) return undefined
    if (this.#held.size >= many) this.#sweep(now)
    const own = { end: now + lifetime * 1000 }
    this.#held.set(key, own)
    return {
      release: async () => {
        if (this.#held.get(key) === own) this.#held.delete(key)
      },
    }
  }

  #sweep(now: number): void {
    for (const [key, { end }] of this.#held) if (end <= now) this.#held.delete(key)
  }
}
