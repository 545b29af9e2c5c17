interface Entry<K, V> {
  readonly key: K
  value: V
  /** The one used last before this one, and the one used first after it. */
  older: Entry<K, V> | undefined
  newer: Entry<K, V> | undefined
}

/**
 * A map that holds a limited number of entries: the one not used for longest makes room. The order of use is a chain
 * through the entries, as a look-up must not change the map.
 */
export class Lru<K, V> {
  readonly #entries = new Map<K, Entry<K, V>>()
  readonly #maxEntries: number
  #oldest: Entry<K, V> | undefined
  #newest: Entry<K, V> | undefined

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get(key: K): V | undefined {
    const newest = this.#newest
    if (newest?.key === key) return newest.value
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#unchain(entry)
    this.#chain(entry)
    return entry.value
  }

  set(key: K, value: V): void {
    this.delete(key)
    const entry = { key, value, older: undefined, newer: undefined }
    this.#entries.set(key, entry)
    this.#chain(entry)
    if (this.#entries.size > this.#maxEntries && this.#oldest !== undefined) this.delete(this.#oldest.key)
  }

  delete(key: K): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#unchain(entry)
  }

  get size(): number {
    return this.#entries.size
  }

  *values(): Iterable<V> {
    for (const { value } of this.#entries.values()) yield value
  }

  /** Puts an entry at the newest end. */
  #chain(entry: Entry<K, V>): void {
    entry.older = this.#newest
    entry.newer = undefined
    if (this.#newest === undefined) this.#oldest = entry
    else this.#newest.newer = entry
    this.#newest = entry
  }

  #unchain({ older, newer }: Entry<K, V>): void {
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
  }
}
