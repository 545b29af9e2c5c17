/** One look at the clock of Redis. Milliseconds. */
interface Sample {
  /** By how much this process is ahead of it. */
  readonly ahead: number
  /** How far off that may be: how long the answer took. */
  readonly doubt: number
  /** When, by a clock that nobody sets. */
  readonly at: number
}

/** Milliseconds after which a better look than the ones to come is forgotten: clocks are set, now and then. */
const memory = 60_000

/** By how much the clock of this process is ahead of that of Redis, which all processes of a fleet ask. */
export class SharedClock {
  readonly #now: () => number
  #best: Sample | undefined

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Milliseconds; `undefined` before the first look. Of all it may be it is the least: most clocks agree. */
  get ahead(): number | undefined {
    if (this.#best === undefined) return undefined
    const { ahead, doubt } = this.#best
    return Math.sign(ahead) * Math.max(0, Math.abs(ahead) - doubt / 2)
  }

  /** Notes what Redis answered: the quickest answer says most. @param sent when it was asked, by `performance.now` */
  look(sent: number, seconds: unknown, microseconds: unknown): void {
    const at = performance.now()
    const doubt = at - sent
    if (this.#best !== undefined && doubt > this.#best.doubt && at - this.#best.at < memory) return
    const theirs = Number(seconds) * 1000 + Number(microseconds) / 1000
    if (Number.isFinite(theirs)) this.#best = { ahead: this.#now() - doubt / 2 - theirs, doubt, at }
  }
}
