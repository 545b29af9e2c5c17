import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { StoredToken, TokenStore } from '../../src/cache/store.js'
import type { StoreOperation } from '../../src/client/events.js'
import { createVault } from '../../src/client/vault.js'

const token: StoredToken = {
  accessToken: 'access',
  tokenType: 'Bearer',
  issuedAt: 0,
  renewAt: 80,
  waitAt: 90,
  expiresAt: 100,
  refreshToken: 'refresh',
  metadata: {},
}

/** A vault over a store, and the operations that failed. */
function vaultOf(over: Partial<TokenStore>) {
  const failures: StoreOperation[] = []
  const store = { ...memoryStore(), ...over }
  const failed = (operation: StoreOperation): void => void failures.push(operation)
  return { failures, vault: createVault({ store, monotonic: () => performance.now(), now: () => 0 }, failed) }
}

describe('a record with a refresh token that cannot be saved', () => {
  test('is saved before it is handed out, where the store is away for a moment only', async () => {
    const saved: StoredToken[] = []
    const outages = new Set(['now'])
    const set = (_: string, each: StoredToken): void => {
      if (outages.size > 0) throw new Error('planted')
      saved.push(each)
    }
    const { vault, failures } = vaultOf({ set })
    const done = vault.set('key', token)
    await setImmediate()
    outages.clear()
    await done
    expect(saved).toEqual([token])
    expect(failures).toEqual(['set'])
  })

  test('is saved later, though nobody asks for it', async () => {
    let isAway = true
    const saved = new Promise<StoredToken>((resolve) => {
      const set = (_: string, each: StoredToken): void => {
        if (isAway) throw new Error('planted')
        resolve(each)
      }
      void vaultOf({ set })
        .vault.set('key', token)
        .then(() => (isAway = false))
    })
    expect(await saved).toEqual(token)
  })

  test('is not saved over a newer one', async () => {
    let isAway = true
    const newer = { ...token, issuedAt: 50 }
    const sets: StoredToken[] = []
    const read = new Promise<void>((resolve) => {
      const set = (_: string, each: StoredToken): void => {
        if (isAway) throw new Error('planted')
        sets.push(each)
      }
      const get = (): StoredToken => {
        resolve()
        return newer
      }
      void vaultOf({ set, get })
        .vault.set('key', token)
        .then(() => (isAway = false))
    })
    await read
    await setImmediate()
    expect(sets).toEqual([])
  })
})

test('a process that was held up finds the answer that came meanwhile', async () => {
  const get = async () => {
    await setImmediate()
    await setImmediate()
    return token
  }
  const { vault, failures } = vaultOf({ get })
  const found = vault.get('key')
  await Promise.resolve()
  for (const end = performance.now() + 400; performance.now() < end; );
  expect(await found).toEqual(token)
  expect(failures).toEqual([])
})
