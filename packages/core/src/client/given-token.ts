/**
 * The refresh token a client was configured with. Whatever is asked for, it is the same one: one request at a time sends
 * it, and none once it is spent (RFC 9700 §4.14.2).
 */
export class GivenToken {
  #unspent: string | undefined
  #spent: string | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(value: string | undefined) {
    this.#unspent = value
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

  /** Waits until nobody else is sending it. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return await turn
  }
}
