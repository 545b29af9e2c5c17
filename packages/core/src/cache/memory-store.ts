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
  // A Map iterates in the order of insertion: the first key is the one that was touched least recently.
  const records = new Map<string, StoredToken>()
  return {
    get: async (key) => {
      const record = records.get(key)
      if (record !== undefined) {
        records.delete(key)
        records.set(key, record)
      }
      return record
    },
    set: async (key, token) => {
      records.delete(key)
      records.set(key, token)
      const [oldest] = records.keys()
      if (records.size > maxEntries && oldest !== undefined) records.delete(oldest)
    },
    delete: async (key) => {
      records.delete(key)
    },
  }
}
