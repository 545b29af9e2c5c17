import assert from 'node:assert/strict'
import type { Case } from './case.js'
import { assertSame, record } from './records.js'

/** A record may be forgotten after its lifetime, never before. */
export const lifetimeCases: readonly Case[] = [
  {
    name: 'a record stays for its lifetime',
    check: async ({ store, key, pass }) => {
      await store.set(key('a'), record('a'), 60)
      await pass(59)
      assertSame(await store.get(key('a')), record('a'), 'lifetimes are in seconds')
    },
  },
  {
    name: 'a record without a lifetime stays',
    check: async ({ store, key, pass }) => {
      await store.set(key('a'), record('a'), undefined)
      await pass(365 * 86_400)
      assertSame(await store.get(key('a')), record('a'), 'a lifetime of undefined has no end')
    },
  },
  {
    name: 'a lifetime of years is one',
    check: async ({ store, key, pass }) => {
      await store.set(key('a'), record('a'), 10 * 365 * 86_400)
      await pass(365 * 86_400)
      assertSame(await store.get(key('a')), record('a'), 'a long lifetime must not overflow')
    },
  },
  {
    name: 'the lifetime of the last record counts',
    check: async ({ store, key, pass }) => {
      await store.set(key('a'), record('first'), 1)
      await store.set(key('a'), record('second'), 60)
      await store.set(key('b'), record('first'), 1)
      await store.set(key('b'), record('second'), undefined)
      await pass(2)
      assertSame(
        await store.get(key('a')),
        record('second'),
        'the lifetime of the first record must not end the second',
      )
      assertSame(await store.get(key('b')), record('second'), 'a lifetime of undefined must lift the one before')
    },
  },
  {
    name: 'a lifetime may be a fraction',
    check: async ({ store, key }) => {
      await store.set(key('a'), record('a'), 59.5)
      assertSame(await store.get(key('a')), record('a'), 'a lifetime need not be a whole number')
    },
  },
  {
    name: 'a lifetime of 0 leaves no older record',
    check: async ({ store, key }) => {
      await store.set(key('a'), record('first'), 60)
      await store.set(key('a'), record('second'), 0)
      const found = await store.get(key('a'))
      if (found !== undefined) assertSame(found, record('second'), 'only the newest record may be there, or none')
      assert.notEqual(found?.accessToken, record('first').accessToken)
    },
  },
]
