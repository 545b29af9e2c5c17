/**
 * A map that holds at least the last `maxEntries` that were used, and at most twice as many. Whatever was used since it
 * began a new half is found without a change to anything, unlike in an `Lru`.
 */
export class Recent<K, V> {
  readonly #maxEntries: number
  #half = new Map<K, V>()
  #before: ReadonlyMap<K, V> = new Map()
  #halves = 0

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  /** Which half is the current one, counted from 0: what was used in it need not be looked up again to be kept. */
  get half(): number {
    return this.#halves
  }

  get(key: K): V | undefined {
    const found = this.#half.get(key)
    if (found !== undefined) return found
    const before = this.#before.get(key)
    if (before !== undefined) this.set(key, before)
    return before
  }

  set(key: K, value: V): void {
    if (this.#half.size >= this.#maxEntries) {
      this.#before = this.#half
      this.#half = new Map()
      this.#halves++
    }
    this.#half.set(key, value)
  }

  *values(): Iterable<V> {
    yield* this.#half.values()
    for (const [key, value] of this.#before) if (!this.#half.has(key)) yield value
  }
}
