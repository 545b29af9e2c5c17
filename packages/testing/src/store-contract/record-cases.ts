import assert from 'node:assert/strict'
import type { Case } from './case.js'
import { assertSame, deface, record } from './records.js'
import type { ContractRecord } from './store.js'

const kinds: readonly (readonly [name: string, token: ContractRecord])[] = [
  ['with all its members', record('all')],
  ['without what is optional', record('less', { scope: undefined, refreshToken: undefined, metadata: {} })],
  ['of 16 KiB tokens', record('long', { accessToken: 'a'.repeat(16_384), refreshToken: 'r'.repeat(16_384) })],
  ['with every character a token may hold', record('ascii', { accessToken: printable(), refreshToken: printable() })],
  [
    'with points in time that are fractions',
    record('time', { issuedAt: 1_800_000_000.125, renewAt: 1_800_000_001.75 }),
  ],
  [
    'with text of any script in its metadata',
    record('text', { metadata: { nul: '\0', quote: '"\\\'', lines: '\r\n\u2028', scripts: 'čšž 漢字 עברית 😀' } }),
  ],
  [
    'with metadata of any JSON type',
    record('json', { metadata: { nested: [1, [null, true], { deep: {} }], large: 1e21, small: -0.5, empty: '' } }),
  ],
  [
    'with metadata named like members of a prototype',
    record('names', { metadata: JSON.parse('{"__proto__": {"a": 1}, "constructor": "b", "toString": null}') }),
  ],
]

function printable(): string {
  return String.fromCharCode(...Array.from({ length: 94 }, (_, index) => 0x21 + index))
}

/** What comes back, and what does not. */
export const recordCases: readonly Case[] = [
  {
    name: 'a key that was never set has no record',
    check: async ({ store, key }) => {
      assert.equal(await store.get(key('unknown')), undefined, 'get must resolve to undefined')
    },
  },
  ...kinds.map(
    ([name, token]): Case => ({
      name: `a record ${name} comes back equal`,
      check: async ({ store, key }) => {
        await store.set(key('a'), token, 60)
        assertSame(await store.get(key('a')), token, 'what get returns must equal what was set')
      },
    }),
  ),
  {
    name: 'a second record takes the place of the first',
    check: async ({ store, key }) => {
      const { scope: _, refreshToken: __, ...second } = record('second', { metadata: {} })
      await store.set(key('a'), record('first'), 60)
      await store.set(key('a'), second, 60)
      assertSame(await store.get(key('a')), second, 'nothing of the first record may be left')
    },
  },
  {
    name: 'a deleted record is gone',
    check: async ({ store, key }) => {
      await store.set(key('a'), record('a'), 60)
      await store.delete(key('a'))
      assert.equal(await store.get(key('a')), undefined, 'get must resolve to undefined after delete')
    },
  },
  {
    name: 'a key that was deleted can be set again',
    check: async ({ store, key }) => {
      await store.set(key('a'), record('first'), 60)
      await store.delete(key('a'))
      await store.set(key('a'), record('second'), 60)
      assertSame(await store.get(key('a')), record('second'), 'a record set after delete must be there')
    },
  },
  {
    name: 'to delete what is not there is no error',
    check: async ({ store, key }) => {
      await store.delete(key('unknown'))
    },
  },
  {
    name: 'a record that was returned is not the stored one',
    check: async ({ store, key }) => {
      const token = record('a', { metadata: { name: 'a', nested: ['b'] } })
      await store.set(key('a'), token, 60)
      const found = await store.get(key('a'))
      if (found !== undefined) deface(found)
      const expected = record('a', { metadata: { name: 'a', nested: ['b'] } })
      assertSame(await store.get(key('a')), expected, 'writing into a returned record must not reach the store')
    },
  },
  {
    name: 'a record that was set is copied',
    check: async ({ store, key }) => {
      const token = record('a', { metadata: { name: 'a', nested: ['b'] } })
      await store.set(key('a'), token, 60)
      deface(token)
      assert.equal(token.accessToken, 'defaced', 'set must leave the record alone, not freeze it')
      const expected = record('a', { metadata: { name: 'a', nested: ['b'] } })
      assertSame(await store.get(key('a')), expected, 'writing into a record after set must not reach the store')
    },
  },
  {
    name: 'another store sees what this one set and deleted',
    needs: ['shared'],
    check: async ({ store, open, key }) => {
      const other = await open()
      for (const name of ['first', 'second']) {
        await store.set(key('a'), record(name), 60)
        assertSame(await other.get(key('a')), record(name), 'the newest record must be seen at once')
      }
      await store.delete(key('a'))
      assert.equal(await other.get(key('a')), undefined, 'a record that was deleted here must be gone there')
    },
  },
]
