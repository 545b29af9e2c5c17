import { Chain, type Link } from './chain.js'

/** A place in an {@link Lru}, for whoever comes back to it often and need not look it up again. */
export interface Place<V> {
  /** The same always, until it was replaced or is gone: `undefined` then. */
  readonly value: V | undefined
  /** Whether it was used since it was last passed over. */
  used: boolean
}

interface Entry<K, V> extends Place<V>, Link<Entry<K, V>> {
  readonly key: K
  value: V | undefined
}

/**
 * A map that holds a limited number of entries: the oldest that was not used lately makes room. A use is only noted, and
 * spares its entry once: a look-up moves nothing.
 */
export class Lru<K, V> {
  readonly #entries = new Map<K, Entry<K, V>>()
  readonly #byAge = new Chain<Entry<K, V>>()
  readonly #maxEntries: number

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get(key: K): V | undefined {
    return this.place(key)?.value
  }

  place(key: K): Place<V> | undefined {
    const entry = this.#entries.get(key)
    if (entry !== undefined) entry.used = true
    return entry
  }

  set(key: K, value: V): void {
    this.delete(key)
    if (this.#entries.size >= this.#maxEntries) this.#makeRoom()
    const entry = { key, value, used: false, older: undefined, newer: undefined }
    this.#entries.set(key, entry)
    this.#byAge.add(entry)
  }

  delete(key: K): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#byAge.remove(entry)
    entry.value = undefined
  }

  get size(): number {
    return this.#entries.size
  }

  *values(): Iterable<V> {
    for (const { value } of this.#entries.values()) if (value !== undefined) yield value
  }

  /** Each entry that is passed over was used for it: room costs no more than uses have saved. */
  #makeRoom(): void {
    const entry = this.#byAge.leastWanted()
    if (entry !== undefined) this.delete(entry.key)
  }
}
