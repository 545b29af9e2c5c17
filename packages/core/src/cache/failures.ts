import { Lru } from './lru.js'

/** For how long a failure is remembered, and what it was. */
export interface Remembered<E> {
  readonly error: E
  /** Milliseconds of the clock that is used here. */
  readonly until: number
}

/** What is to be remembered. */
export interface Failure<E> {
  readonly error: E
  /** Whether asking again soon may help; a wrong secret does not get right by asking. */
  readonly transient: boolean
  /** Seconds the server asked to wait, an hour at most. Less than a second, or the past, says nothing. */
  readonly wait?: number | undefined
}

/** Seconds the first permanent failure is remembered, and the most it doubles to. */
const permanent = { first: 30, most: 300 } as const

/** Seconds a transient failure is remembered: full jitter between the two. */
const transient = { least: 1, most: 60 } as const

/** How many keys' failures are remembered at most. */
const maxEntries = 1000

/**
 * Remembers failures, so that a server that is down or refuses is not asked by every call.
 *
 * It never hides a live token: only who would have to ask the server is told.
 */
export class Failures<E> {
  readonly #entries = new Lru<string, Remembered<E> & { readonly count: number; readonly since: number }>(maxEntries)
  readonly #now: () => number
  readonly #random: () => number

  /** @param now milliseconds, @param random from 0 up to 1 */
  constructor(now: () => number, random: () => number) {
    this.#now = now
    this.#random = random
  }

  /** The failure of a key that still counts. A clock that was set back ends it rather than stretch it. */
  get(key: string): Remembered<E> | undefined {
    const entry = this.#entries.get(key)
    const now = this.#now()
    return entry !== undefined && now >= entry.since && now < entry.until ? entry : undefined
  }

  /** Remembers a failure, for longer the more of them came in a row. */
  add(key: string, { error, transient: isTransient, wait }: Failure<E>): Remembered<E> {
    const count = (this.#entries.get(key)?.count ?? 0) + 1
    const since = this.#now()
    const seconds = wait === undefined || wait < transient.least ? pause(count, isTransient, this.#random()) : wait
    const entry = { error, count, since, until: since + seconds * 1000 }
    this.#entries.set(key, entry)
    return entry
  }

  /** Forgets a key's failures: something worked. */
  clear(key: string): void {
    this.#entries.delete(key)
  }
}

/** Seconds: in a range that doubles with each transient failure, twice as long after each permanent one. */
function pause(count: number, isTransient: boolean, random: number): number {
  if (!isTransient) return Math.min(permanent.most, permanent.first * 2 ** (count - 1))
  return Math.max(transient.least, Math.min(transient.most, 2 ** count) * random)
}
