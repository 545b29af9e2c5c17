import { frozenCopy } from '../json.js'
import { Lru } from './lru.js'
import type { StoredToken, TokenStore } from './store.js'

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** Records kept; the one that was unused for longest goes first. @default 1000 */
  readonly maxEntries?: number | undefined
}

/**
 * Keeps tokens in this process, bounded in number. Its records are closed over: printing it shows none.
 *
 * @throws TypeError when `maxEntries` is not a whole number above 0.
 * @example createTokenClient({ profile: portx(), clientId, clientSecret, cache: memoryStore({ maxEntries: 100 }) })
 */
export function memoryStore({ maxEntries = 1000 }: MemoryStoreOptions = {}): TokenStore {
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
    throw new TypeError('maxEntries must be a whole number above 0, like 1000')
  }
  const records = new Lru<string, StoredToken>(maxEntries)
  return {
    get: (key) => records.get(key),
    // A copy: what others do with theirs must not reach the next caller.
    set: (key, token) => records.set(key, Object.freeze({ ...token, metadata: frozenCopy(token.metadata) })),
    delete: (key) => records.delete(key),
  }
}
