import { Lru } from '../cache/lru.js'

/** Credentials that are remembered; a call may bring one, so their number must have an end. */
const maxEntries = 10_000

/** The credentials a client was given that work once: none is sent again once it is spent (RFC 9700 §4.14.2). */
export class GivenCredentials {
  readonly #spent = new Lru<string, boolean>(maxEntries)

  isSpent(credential: string): boolean {
    return this.#spent.get(credential) === true
  }

  /** A credential is about to be sent, by whoever is the first to say so. @returns whether it may be */
  take(credential: string): boolean {
    if (this.isSpent(credential)) return false
    this.#spent.set(credential, true)
    return true
  }

  /** It was not sent after all. */
  giveBack(credential: string): void {
    this.#spent.delete(credential)
  }

  /** It may be sent, while nobody knows better. */
  offer(credential: string): void {
    if (this.#spent.get(credential) === undefined) this.#spent.set(credential, false)
  }

  /** A token was replaced, ended, or may have been taken; one that was not given does not matter. */
  spend(token: string | undefined): void {
    if (token !== undefined && this.#spent.get(token) !== undefined) this.#spent.set(token, true)
  }
}
