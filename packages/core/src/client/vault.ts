import { isStoredToken, type StoredToken, type TokenStore } from '../cache/store.js'
import type { TokenClientEvent } from './events.js'

/** A store that never fails: an outage is a miss, and what could not be saved is kept here until it can. */
export interface Vault {
  readonly get: (key: string) => Promise<StoredToken | undefined>
  readonly set: (key: string, token: StoredToken, now: number) => Promise<void>
  readonly delete: (key: string) => Promise<void>
}

/** Records kept for a store that is down; a refresh token in one of them may be the only copy. */
const maxUnsaved = 100

export function createVault(store: TokenStore, failed: (operation: Operation) => void): Vault {
  const unsaved = new Map<string, StoredToken>()
  const attempt = async <T>(operation: Operation, work: () => Promise<T>): Promise<T | typeof outage> => {
    try {
      return await work()
    } catch {
      failed(operation)
      return outage
    }
  }
  const save = async (key: string, token: StoredToken, now: number): Promise<void> => {
    const lifetime = token.refreshToken === undefined ? Math.max(0, token.expiresAt - now) : undefined
    const result = await attempt('set', () => store.set(key, token, lifetime))
    unsaved.delete(key)
    if (result !== outage) return
    unsaved.set(key, token)
    const [oldest] = unsaved.keys()
    if (unsaved.size > maxUnsaved && oldest !== undefined) unsaved.delete(oldest)
  }
  return {
    get: async (key) => {
      const kept = unsaved.get(key)
      if (kept !== undefined) return kept
      const found = await attempt('get', () => store.get(key))
      return isStoredToken(found) ? found : undefined
    },
    set: save,
    delete: async (key) => {
      unsaved.delete(key)
      await attempt('delete', () => store.delete(key))
    },
  }
}

type Operation = Extract<TokenClientEvent, { type: 'store_failed' }>['operation']

const outage: unique symbol = Symbol('outage')
