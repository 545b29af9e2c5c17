import type { LocalLocks } from '../cache/local-locks.js'
import { pause } from '../pause.js'

/**
 * The refresh token a client was configured with. Whatever is asked for, it is the same one: one request at a time sends
 * it, and none once it is spent (RFC 9700 §4.14.2).
 */
export class GivenToken {
  #unspent: string | undefined
  #spent: string | undefined
  readonly #locks: LocalLocks

  constructor(value: string | undefined, locks: LocalLocks) {
    this.#unspent = value
    this.#locks = locks
  }

  /** It, while it may be sent. */
  current(): string | undefined {
    return this.#unspent
  }

  /** A token was replaced, ended, or may have been taken; what is not this one does not matter. */
  spend(token: string | undefined): void {
    if (token === undefined || token !== this.#unspent) return
    this.#spent = token
    this.#unspent = undefined
  }

  isSpent(token: string): boolean {
    return token === this.#spent
  }

  /**
   * Waits until nobody else is sending it. Others are asked again and again, not waited for: they may be at work for
   * another request, whose promises must not be met.
   *
   * @param lifetime seconds after which somebody else's turn is over in any case.
   */
  async inTurn<T>(lifetime: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    for (;;) {
      const turn = this.#locks.take(turnKey, lifetime)
      if (turn === undefined) await pause(0.02, signal)
      else {
        try {
          return await work()
        } finally {
          await turn.release()
        }
      }
    }
  }
}

/** No cache key is this short. */
const turnKey = 'given token'
