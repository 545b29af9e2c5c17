import assert from 'node:assert/strict'
import type { Bench, Case } from './case.js'
import { assertSame, record } from './records.js'
import type { ContractLock, ContractStore } from './store.js'

type Lock = NonNullable<ContractStore['lock']>

function lockOf(store: ContractStore): Lock {
  const { lock } = store
  assert.ok(typeof lock === 'function', 'the store has no lock, although the options say so')
  return (key, lifetime) => lock.call(store, key, lifetime)
}

async function held(lock: Lock, key: string, lifetime: number, message: string): Promise<ContractLock> {
  const taken = await lock(key, lifetime)
  assert.ok(taken !== undefined, message)
  return taken
}

async function refused(lock: Lock, key: string, message: string): Promise<void> {
  assert.equal(await lock(key, 60), undefined, message)
}

const lockCase = (name: string, check: (lock: Lock, bench: Bench) => Promise<void>): Case => ({
  name,
  needs: ['lock'],
  check: (bench) => check(lockOf(bench.store), bench),
})

/** One holder at a time, and none for ever. */
export const lockCases: readonly Case[] = [
  lockCase('a lock that nobody holds is given', async (lock, { key }) => {
    await held(lock, key('a'), 60, 'lock must resolve to a lock')
  }),
  lockCase('a lock that is held is undefined, not an error', async (lock, { key }) => {
    await held(lock, key('a'), 60, 'lock must resolve to a lock')
    await refused(lock, key('a'), 'lock must resolve to undefined, at once, while somebody else holds it')
  }),
  lockCase('one of many who come at a time gets the lock', async (lock, { key }) => {
    const all = await Promise.all(Array.from({ length: 50 }, () => lock(key('a'), 60)))
    assert.equal(all.filter((each) => each !== undefined).length, 1, 'exactly one of 50 must get the lock')
  }),
  lockCase('a release lets the next one in', async (lock, { key }) => {
    const first = await held(lock, key('a'), 60, 'lock must resolve to a lock')
    await first.release()
    await held(lock, key('a'), 60, 'the lock must be free after its release')
    await refused(lock, key('a'), 'the next one holds it as the first did')
  }),
  lockCase('a lock is held for its lifetime', async (lock, { key, pass }) => {
    await held(lock, key('a'), 60, 'lock must resolve to a lock')
    await pass(59)
    await refused(lock, key('a'), 'lifetimes are in seconds')
  }),
  lockCase('a lock ends with its lifetime', async (lock, { key, pass }) => {
    await held(lock, key('a'), 1, 'lock must resolve to a lock')
    await pass(2)
    await held(lock, key('a'), 60, 'the lock of a process that died must end by itself')
  }),
  lockCase('a second release frees nobody else', async (lock, { key }) => {
    const first = await held(lock, key('a'), 60, 'lock must resolve to a lock')
    await first.release()
    await held(lock, key('a'), 60, 'the lock must be free after its release')
    await first.release()
    await refused(lock, key('a'), "releasing twice must not free the next one's lock")
  }),
  lockCase('a late release frees nobody else', async (lock, { key, pass }) => {
    const first = await held(lock, key('a'), 1, 'lock must resolve to a lock')
    await pass(2)
    await held(lock, key('a'), 60, 'the lock must end with its lifetime')
    await first.release()
    await refused(lock, key('a'), "a release after the lifetime must not free the next one's lock")
  }),
  lockCase('every key has a lock of its own', async (lock, { key }) => {
    const texts = ['a', 'A', 'a ', 'a:b', '../a', '\0', '😀', '__proto__', `${'k'.repeat(10_000)}1`, 'k'.repeat(10_000)]
    for (const each of texts) await held(lock, key(each), 60, 'the lock of one key must not be that of another')
    for (const each of texts) await refused(lock, key(each), 'every one of them must be held now')
  }),
  lockCase('a lock leaves the record alone', async (lock, { store, key }) => {
    await store.set(key('a'), record('first'), 60)
    const taken = await held(lock, key('a'), 60, 'lock must resolve to a lock')
    assertSame(await store.get(key('a')), record('first'), 'a record must be readable while its key is locked')
    await store.set(key('a'), record('second'), 60)
    await refused(lock, key('a'), 'to set a record must not end the lock')
    await taken.release()
    assertSame(await store.get(key('a')), record('second'), 'the release must not touch the record')
  }),
  lockCase('a record that is deleted leaves the lock alone', async (lock, { store, key }) => {
    await store.set(key('a'), record('a'), 60)
    await held(lock, key('a'), 60, 'lock must resolve to a lock')
    await store.delete(key('a'))
    await refused(lock, key('a'), 'to delete a record must not end the lock')
  }),
  {
    name: 'another store is kept out by the lock of this one',
    needs: ['lock', 'shared'],
    check: async ({ store, open, key }) => {
      const other = lockOf(await open())
      const taken = await held(lockOf(store), key('a'), 60, 'lock must resolve to a lock')
      await refused(other, key('a'), 'a lock must hold between processes')
      await taken.release()
      await held(other, key('a'), 60, 'the lock must be free after its release')
    },
  },
]
