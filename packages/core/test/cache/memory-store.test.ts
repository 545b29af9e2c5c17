import { storeContract } from '@auth/testing'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import { isStoredToken, type StoredToken } from '../../src/cache/store.js'

function record(accessToken: string): StoredToken {
  return { accessToken, tokenType: 'Bearer', issuedAt: 0, renewAt: 1, waitAt: 2, expiresAt: 3, metadata: {} }
}

describe('memoryStore', () => {
  // A record looks at no clock: it stays until another one needs its place. Turns end by one.
  let now = 0
  const contract = storeContract({
    create: () => memoryStore({ now: () => now }),
    advance: (seconds) => {
      now += seconds * 1000
    },
    lock: true,
    shared: false,
  })
  for (const { name, run } of contract) test(name, run)

  test('keeps, returns and forgets', async () => {
    const store = memoryStore()
    await store.set('a', record('1'), 10)
    expect(await store.get('a')).toEqual(record('1'))
    await store.delete('a')
    expect(await store.get('a')).toBeUndefined()
  })

  test.for(['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])(
    "G-9: '%s' is a key like any other",
    async (key) => {
      const store = memoryStore()
      expect(await store.get(key)).toBeUndefined()
      await store.set(key, record('1'), 10)
      expect(await store.get(key)).toEqual(record('1'))
    },
  )

  test('G-10: is bounded; what was unused for longest goes first', async () => {
    const store = memoryStore({ maxEntries: 2 })
    await store.set('a', record('a'), 10)
    await store.set('b', record('b'), 10)
    await store.get('a')
    await store.set('c', record('c'), 10)
    const kept = await Promise.all(['a', 'b', 'c'].map((key) => store.get(key)))
    expect(kept.map((each) => each?.accessToken)).toEqual(['a', undefined, 'c'])
  })

  test.for([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '10' as never])('%s is no bound', (maxEntries) => {
    expect(() => memoryStore({ maxEntries })).toThrow(/maxEntries must be a whole number above 0/)
  })
})

describe('isStoredToken', () => {
  test('takes a record, with and without what is optional', () => {
    expect(isStoredToken(record('1'))).toBe(true)
    expect(isStoredToken({ ...record('1'), scope: 'a', refreshToken: 'r', metadata: { id: 1 } })).toBe(true)
  })

  test.for([
    ['nothing', undefined],
    ['a list', []],
    ['no token', { ...record(''), accessToken: undefined }],
    ['an empty token', record('')],
    ['a time that is no number', { ...record('1'), expiresAt: '3' }],
    ['a time that is none', { ...record('1'), renewAt: Number.NaN }],
    ['a scope that is no string', { ...record('1'), scope: ['a'] }],
    ['metadata that are none', { ...record('1'), metadata: null }],
  ] as const)('refuses %s', ([, value]) => {
    expect(isStoredToken(value)).toBe(false)
  })
})
