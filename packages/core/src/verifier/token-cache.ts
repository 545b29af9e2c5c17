import { Chain, type Link } from '../cache/chain.js'

/** Characters of a signature that find a slot: enough to part tokens, few enough to be read at once. */
const tailLength = 8
/** How many entries in use one insertion may pass over before it evicts one all the same: its cost stays bounded. */
const maxSecondChances = 8

/** What a {@link TokenCache} may hold. */
export interface TokenCacheLimits {
  readonly maxEntries: number
  readonly maxBytes: number
}

/** Where a token is looked for. */
type Slot = string | number

interface Entry<V> extends Link<Entry<V>> {
  readonly slot: Slot
  readonly token: string
  readonly value: V
  readonly bytes: number
}

/** A JWT's slot: the end of its signature as a number of 32 bits (FNV-1a), so that no hash runs over the whole token. */
export function endOf(token: string): number {
  let hash = 0x811c9dc5
  for (let at = Math.max(0, token.length - tailLength); at < token.length; at++) {
    hash = Math.imul(hash ^ token.charCodeAt(at), 0x01000193)
  }
  return hash
}

/**
 * What is known of tokens: a part of a token finds a slot, whose token is then compared in full. Bounded in entries and
 * in bytes; what was not asked for lately makes room.
 */
export class TokenCache<V> {
  readonly #slots = new Map<Slot, Entry<V>>()
  readonly #byAge = new Chain<Entry<V>>()
  readonly #limits: TokenCacheLimits
  readonly #slotOf: (token: string) => Slot
  #bytes = 0

  /** @param slotOf what of a token must be its own, or tokens push each other out. */
  constructor(limits: TokenCacheLimits, slotOf: (token: string) => Slot) {
    this.#limits = limits
    this.#slotOf = slotOf
  }

  get size(): number {
    return this.#slots.size
  }

  /** What the entries take, as their owners reckon. */
  get bytes(): number {
    return this.#bytes
  }

  get(token: string): V | undefined {
    const entry = this.#slots.get(this.#slotOf(token))
    if (entry === undefined || entry.token !== token) return undefined
    entry.used = true
    return entry.value
  }

  /** Keeps a value, unless it alone is larger than everything may be. */
  set(token: string, value: V, bytes: number): void {
    const slot = this.#slotOf(token)
    this.#drop(this.#slots.get(slot))
    const { maxEntries, maxBytes } = this.#limits
    if (bytes > maxBytes || maxEntries < 1) return
    while (this.#slots.size >= maxEntries || this.#bytes + bytes > maxBytes) {
      this.#drop(this.#byAge.leastWanted(maxSecondChances))
    }
    const entry = { slot, token, value, bytes, used: false, older: undefined, newer: undefined }
    this.#slots.set(slot, entry)
    this.#byAge.add(entry)
    this.#bytes += bytes
  }

  delete(token: string): void {
    const entry = this.#slots.get(this.#slotOf(token))
    if (entry?.token === token) this.#drop(entry)
  }

  #drop(entry: Entry<V> | undefined): void {
    if (entry === undefined) return
    this.#slots.delete(entry.slot)
    this.#byAge.remove(entry)
    this.#bytes -= entry.bytes
  }
}
