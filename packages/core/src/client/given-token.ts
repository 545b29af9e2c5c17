/** The refresh token a client was configured with: none once it is spent (RFC 9700 §4.14.2). */
export class GivenToken {
  #unspent: string | undefined
  #spent: string | undefined

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
}
