const maxNames = 1000
/** Characters. A longer name is none of an honest key, and is left to the cooldown of all. */
const maxNameLength = 256
/** Seconds. */
const maxPause = 60

interface Memory {
  /** Milliseconds since the epoch. */
  readonly since: number
  /** Seconds for which it is not asked for again. */
  readonly pause: number
}

/**
 * Key ids that an issuer was asked for in vain. One that keeps coming is asked for more rarely, twice the pause up to a
 * minute, so that it does not use up the fetches that a genuine new key needs. It is looked for in every newer set all
 * the same. Bounded: the oldest makes room.
 */
export class UnknownKids {
  readonly #names = new Map<string, Memory>()
  readonly #firstPause: number

  constructor(firstPause: number) {
    this.#firstPause = firstPause
  }

  isKnown(name: string, now: number): boolean {
    const memory = this.#names.get(name)
    return memory !== undefined && now >= memory.since && now < memory.since + memory.pause * 1000
  }

  add(name: string, now: number): void {
    if (name.length > maxNameLength || this.isKnown(name, now)) return
    const before = this.#names.get(name)
    const pause = before === undefined ? this.#firstPause : Math.min(before.pause * 2, maxPause)
    this.#names.delete(name)
    this.#names.set(name, { since: now, pause })
    const [oldest] = this.#names.keys()
    if (this.#names.size > maxNames && oldest !== undefined) this.#names.delete(oldest)
  }
}
