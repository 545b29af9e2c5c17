import { Lru } from '../cache/lru.js'
import { isStoredToken, type StoredToken, type TokenStore } from '../cache/store.js'
import type { TokenClientEvent } from './events.js'

/**
 * A store that never fails: an outage is a miss, and what could not be saved or deleted is kept in mind here until it
 * can.
 */
export interface Vault {
  readonly get: (key: string) => Promise<StoredToken | undefined>
  readonly set: (key: string, token: StoredToken, now: number) => Promise<void>
  /** Whether it is gone from the store; from here it is in any case. */
  readonly delete: (key: string) => Promise<boolean>
}

/** Milliseconds a store may take: one that hangs must not hold up more than one that is down. */
const budget = 250

/** Records kept for a store that is down; a refresh token in one of them may be the only copy. */
const maxKept = 100

export function createVault(store: TokenStore, failed: (operation: Operation) => void): Vault {
  const unsaved = new Lru<string, StoredToken>(maxKept)
  /** Keys whose record in the store, if there still is one, is not to be served. */
  const deleted = new Lru<string, true>(maxKept * 100)
  const attempt = async <T>(operation: Operation, work: () => Promise<T>): Promise<T | typeof outage> => {
    try {
      const result = await inTime(work())
      if (result === outage) failed(operation)
      return result
    } catch {
      failed(operation)
      return outage
    }
  }
  return {
    get: async (key) => {
      const kept = unsaved.get(key)
      if (kept !== undefined || deleted.get(key) === true) return kept
      const found = await attempt('get', () => store.get(key))
      return isStoredToken(found) ? found : undefined
    },
    set: async (key, token, now) => {
      // Before it is saved: who asks meanwhile must not get an older one from the store.
      unsaved.set(key, token)
      deleted.delete(key)
      const lifetime = token.refreshToken === undefined ? Math.max(0, token.expiresAt - now) : undefined
      const result = await attempt('set', () => store.set(key, token, lifetime))
      if (result !== outage && unsaved.get(key) === token) unsaved.delete(key)
    },
    delete: async (key) => {
      // A record that was not saved in time may still arrive in the store.
      const late = unsaved.get(key) !== undefined
      unsaved.delete(key)
      deleted.set(key, true)
      const gone = (await attempt('delete', () => store.delete(key))) !== outage
      if (gone && !late) deleted.delete(key)
      return gone
    },
  }
}

type Operation = Extract<TokenClientEvent, { type: 'store_failed' }>['operation']

const outage: unique symbol = Symbol('outage')

/** The work's result, or an outage when it takes too long. The timer is gone as soon as the store answers. */
function inTime<T>(work: Promise<T>): Promise<T | typeof outage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(outage), budget)
    Promise.resolve(work)
      .finally(() => clearTimeout(timer))
      .then(resolve, reject)
  })
}
