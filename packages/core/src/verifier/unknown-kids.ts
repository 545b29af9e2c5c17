const maxNames = 1000
/** Characters. A longer name is none of an honest key, and is left to the cooldown of all. */
const maxNameLength = 256

/**
 * Key ids that an issuer was asked for in vain. One that keeps coming is not asked for again until a pause has passed
 * since that question: no longer, as its key may have been published meanwhile. It is looked for in every newer set all
 * the same. Bounded: the oldest makes room.
 */
export class UnknownKids {
  /** When it was asked for, in milliseconds since the epoch. */
  readonly #askedAt = new Map<string, number>()
  readonly #pause: number

  /** @param pause seconds */
  constructor(pause: number) {
    this.#pause = pause
  }

  /** Whether it was ever asked for in vain, as far as is remembered. */
  has(name: string): boolean {
    return this.#askedAt.has(name)
  }

  isKnown(name: string, now: number): boolean {
    const askedAt = this.#askedAt.get(name)
    return askedAt !== undefined && now >= askedAt && now < askedAt + this.#pause * 1000
  }

  add(name: string, askedAt: number): void {
    if (name.length > maxNameLength) return
    this.#askedAt.delete(name)
    this.#askedAt.set(name, askedAt)
    const [oldest] = this.#askedAt.keys()
    if (this.#askedAt.size > maxNames && oldest !== undefined) this.#askedAt.delete(oldest)
  }
}
