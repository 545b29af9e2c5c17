/** A map that holds a limited number of entries: the one not used for longest makes room. */
export class Lru<K, V> {
  readonly #entries = new Map<K, V>()
  readonly #maxEntries: number
  /** The key used last: it is at the end already. */
  #newest: K | undefined

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key)
    if (value === undefined || key === this.#newest) return value
    // A map walks its keys in the order they were put in: the last used one goes to the end.
    this.#entries.delete(key)
    this.#entries.set(key, value)
    this.#newest = key
    return value
  }

  set(key: K, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    this.#newest = key
    if (this.#entries.size <= this.#maxEntries) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }

  delete(key: K): void {
    this.#entries.delete(key)
  }

  get size(): number {
    return this.#entries.size
  }

  keys(): Iterable<K> {
    return this.#entries.keys()
  }

  values(): Iterable<V> {
    return this.#entries.values()
  }
}
