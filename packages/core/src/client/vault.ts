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
  const attempt = <T>(operation: Operation, work: () => Promise<T>): Promise<T | typeof outage> =>
    inTime(work, () => failed(operation))
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

/** The work's result, or an outage. A store of this process answers at once: no timer is made for it. */
function inTime<T>(work: () => Promise<T>, failed: () => void): Promise<T | typeof outage> {
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    const end = (result: T | typeof outage): void => {
      if (over) return
      over = true
      clearTimeout(timer)
      if (result === outage) failed()
      resolve(result)
    }
    start(work).then(end, () => end(outage))
    queueMicrotask(() => {
      if (!over) timer = setTimeout(() => end(outage), budget)
    })
  })
}

/** A store may throw, or return what is no promise, whatever its type says. */
function start<T>(work: () => Promise<T>): Promise<T> {
  try {
    return Promise.resolve(work())
  } catch (error) {
    return Promise.reject(error)
  }
}
