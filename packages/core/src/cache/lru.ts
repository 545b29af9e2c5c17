import { Chain, type Link } from './chain.js'

interface Entry<K, V> extends Link<Entry<K, V>> {
  readonly key: K
  readonly value: V
}

/**
 * A map that holds a limited number of entries: the one not used for longest makes room. The order of use is a chain
 * through the entries, as a look-up must not change the map.
 */
export class Lru<K, V> {
  readonly #entries = new Map<K, Entry<K, V>>()
  readonly #byUse = new Chain<Entry<K, V>>()
  readonly #maxEntries: number

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get(key: K): V | undefined {
    const { newest } = this.#byUse
    if (newest?.key === key) return newest.value
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#byUse.remove(entry)
    this.#byUse.add(entry)
    return entry.value
  }

  set(key: K, value: V): void {
    this.delete(key)
    const entry = { key, value, older: undefined, newer: undefined }
    this.#entries.set(key, entry)
    this.#byUse.add(entry)
    const { oldest } = this.#byUse
    if (this.#entries.size > this.#maxEntries && oldest !== undefined) this.delete(oldest.key)
  }

  delete(key: K): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#byUse.remove(entry)
  }

  get size(): number {
    return this.#entries.size
  }

  *values(): Iterable<V> {
    for (const { value } of this.#entries.values()) yield value
  }
}
