import type { StoredToken } from '@auth/core'

/** A record of Redis as this process knows it. */
interface Known {
  readonly token: StoredToken
  readonly digest: string
  /** Milliseconds of a clock that nobody sets. */
  readonly readAt: number
}

/** What this process knows of the records in Redis: so that most calls need no round trip, and an outage hurts nobody. */
export class Memory {
  readonly #known = new Map<string, Known>()
  /** Keys of which nothing is believed: this process has their lock. */
  readonly #doubtful = new Set<string>()
  readonly #maxEntries: number
  readonly #maxAge: number
  readonly #now: () => number

  /** @param maxAge milliseconds @param now milliseconds since the epoch */
  constructor(maxEntries: number, maxAge: number, now: () => number) {
    this.#maxEntries = maxEntries
    this.#maxAge = maxAge
    this.#now = now
  }

  /** A record that need not be looked up: one read lately, of a token that nobody should be renewing yet. */
  fresh(key: string): StoredToken | undefined {
    const known = this.#known.get(key)
    if (known === undefined || this.#doubtful.has(key)) return undefined
    const young = performance.now() - known.readAt < this.#maxAge
    return young && this.#now() / 1000 < known.token.renewAt ? known.token : undefined
  }

  /** What is known while Redis is away, unless it has to be certain. */
  last(key: string): StoredToken | undefined {
    return this.#doubtful.has(key) ? undefined : this.#known.get(key)?.token
  }

  keep(key: string, token: StoredToken, digest: string): StoredToken {
    this.#known.delete(key)
    // Due before it was made: a login's record, which is to be looked up each time and must not outlive what ended it.
    if (token.renewAt < token.issuedAt) return token
    const known = { token: frozen(structuredClone(token)), digest, readAt: performance.now() }
    this.#known.set(key, known)
    const [oldest] = this.#known.keys()
    if (this.#known.size > this.#maxEntries && oldest !== undefined) this.#known.delete(oldest)
    return known.token
  }

  forget(key: string): void {
    this.#known.delete(key)
  }

  /** Somebody deleted a record. */
  forgetDigest(digest: string): void {
    for (const [key, known] of this.#known) if (known.digest === digest) this.#known.delete(key)
  }

  /** Somebody is renewing it: it is looked up again before it is believed. */
  outdate(key: string): void {
    const known = this.#known.get(key)
    if (known !== undefined) this.#known.set(key, { ...known, readAt: Number.NEGATIVE_INFINITY })
  }

  /** From now on, only Redis knows. */
  doubt(key: string): void {
    this.#doubtful.add(key)
  }

  trust(key: string): void {
    this.#doubtful.delete(key)
  }
}

/** What a caller does with it must not reach the next one. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const each of Object.values(value)) frozen(each)
  return Object.freeze(value)
}
