import { frozenCopy } from '../json.js'
import { isCount } from '../shapes.js'
import { localLocks } from './local-locks.js'
import { Lru, type Place } from './lru.js'
import type { StoredToken, TokenStore } from './store.js'

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** Records kept; the oldest that was not used lately goes first. @default 1000 */
  readonly maxEntries?: number | undefined
  /** Milliseconds of a clock that nobody sets; turns are timed by it. @default performance.now */
  readonly now?: (() => number) | undefined
}

/**
 * Keeps tokens in this process, bounded in number. Its records are closed over: printing it shows none. Clients that share
 * it take turns, so that none of them sends a refresh token that another one is sending.
 *
 * @throws TypeError when `maxEntries` is not a whole number above 0.
 * @example createTokenClient({ profile: portx(), clientId, clientSecret, cache: memoryStore({ maxEntries: 100 }) })
 */
export function memoryStore({ maxEntries = 1000, now }: MemoryStoreOptions = {}): TokenStore {
  if (!isCount(maxEntries)) {
    throw new TypeError('maxEntries must be a whole number above 0, like 1000')
  }
  const records = new Lru<string, StoredToken>(maxEntries)
  const take = localLocks(now ?? (() => performance.now()))
  const get = (key: string): StoredToken | undefined => records.get(key)
  recordsOf.set(get, records)
  return {
    get,
    // A copy: what others do with theirs must not reach the next caller.
    set: (key, token) => records.set(key, Object.freeze({ ...token, metadata: frozenCopy(token.metadata) })),
    delete: (key) => records.delete(key),
    lock: async (key, lifetime) => take(key, lifetime),
  }
}

/** Where a record of a memory store is, so that whoever is asked for it again and again need not look it up. */
export function placeOf({ get }: TokenStore, key: string): Place<StoredToken> | undefined {
  return recordsOf.get(get)?.place(key)
}

/** By its `get`, which may be part of another store. */
const recordsOf = new WeakMap<TokenStore['get'], Lru<string, StoredToken>>()
