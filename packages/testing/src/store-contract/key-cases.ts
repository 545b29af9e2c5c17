import assert from 'node:assert/strict'
import type { Case } from './case.js'
import { assertSame, record } from './records.js'
import type { ContractStore } from './store.js'

const long = 'k'.repeat(10_000)

/** Keys that a store, a file system or a protocol may take for one another, or for something else. */
const groups: readonly (readonly [name: string, texts: readonly string[]])[] = [
  ['that begin alike', ['a', 'ab', 'a:', 'a:b', 'a/b', 'a b']],
  ['of 10 000 characters that differ at their end', [`${long}1`, `${long}2`, long]],
  ['that differ in a control character', range(0, 0x20)],
  ['that differ in a character of ASCII', range(0x20, 0x80)],
  ['that differ in a character beyond ASCII', [...range(0x80, 0x180), 'a漢b', 'a\uffffb', 'a😀b', 'a😁b']],
  ['that differ in case only', ['key', 'KEY', 'Key', 'straße', 'strasse']],
  ['that differ in their normal form only', ['\u00e9', 'e\u0301', '\ufb01', 'fi']],
  ['that differ in blanks around them', ['a', ' a', 'a ', 'a\t', 'a\n', 'a\0', '\ufeffa']],
  ['that are paths', ['a', '/../a', '/./a', '//a', '/a', '\\a', '.', '..', '/']],
  ['that are patterns', ['*', '?', '%', '_', '[a-z]', '{a}', 'a*', "' or ''='", '$1', '\\']],
]

/** Keys that are something else as a whole only: nothing of this run can be put before them. */
const wholes: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ['that are names of a prototype', ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'undefined', 'null']],
  ['that are numbers', ['1', '01', '1.0', '1e0', '-1', '0x1', 'NaN']],
]

function range(start: number, end: number): readonly string[] {
  return Array.from({ length: end - start }, (_, index) => `a${String.fromCharCode(start + index)}b`)
}

/** Every key has its own record, whatever it is made of. */
export const keyCases: readonly Case[] = [
  ...groups.map(
    ([name, texts]): Case => ({
      name: `keys ${name} have a record each`,
      check: ({ store, key }) => checkApart(store, texts.map(key)),
    }),
  ),
  ...wholes.map(
    ([name, keys]): Case => ({
      name: `keys ${name} have a record each`,
      check: async ({ store }) => {
        try {
          await checkApart(store, keys)
        } finally {
          for (const each of keys) await store.delete(each)
        }
      },
    }),
  ),
  {
    name: 'many keys are set, read and deleted at a time',
    check: async ({ store, key }) => {
      const keys = Array.from({ length: 200 }, (_, index) => key(`many-${index}`))
      await Promise.all(keys.map((each, index) => store.set(each, record(`${index}`), 60)))
      const found = await Promise.all(keys.map((each) => store.get(each)))
      for (const [index, each] of found.entries()) assertSame(each, record(`${index}`), `key ${index} of 200`)
      await Promise.all(keys.map((each) => store.delete(each)))
      const left = await Promise.all(keys.map((each) => store.get(each)))
      assert.equal(left.filter((each) => each !== undefined).length, 0, 'every key must be gone')
    },
  },
  {
    name: 'one key is set many times at a time, and read meanwhile',
    check: async ({ store, key }) => {
      const names = Array.from({ length: 100 }, (_, index) => `${index}`)
      await store.set(key('a'), longRecord('0'), 60)
      const work = names.map(async (name) => {
        const written = store.set(key('a'), longRecord(name), 60)
        const seen = [await store.get(key('a')), await store.get(key('a'))]
        await written
        return [...seen, await store.get(key('a'))]
      })
      for (const found of (await Promise.all(work)).flat()) {
        const name = String(found?.metadata.name)
        assertSame(found, longRecord(name), 'a record must be one that was set as a whole')
      }
    },
  },
]

/** Long enough for a file to be seen when it is half written. */
function longRecord(name: string): ReturnType<typeof record> {
  return record(name, { refreshToken: name.padStart(16_384, 'r') })
}

async function checkApart(store: ContractStore, keys: readonly string[]): Promise<void> {
  for (const each of keys) {
    await store.delete(each)
    assert.equal(await store.get(each), undefined, `${shown(each)} has no record yet`)
  }
  for (const [index, each] of keys.entries()) await store.set(each, record(`${index}`), 60)
  await assertEach(store, keys)
  const [first = '', ...rest] = keys
  await store.delete(first)
  assert.equal(await store.get(first), undefined, `${shown(first)} was deleted`)
  await assertEach(store, rest, 1)
}

async function assertEach(store: ContractStore, keys: readonly string[], from = 0): Promise<void> {
  for (const [index, each] of keys.entries()) {
    assertSame(await store.get(each), record(`${index + from}`), `the record of ${shown(each)}`)
  }
}

function shown(key: string): string {
  return JSON.stringify(key.length > 100 ? `${key.slice(0, 50)}…${key.slice(-20)}` : key)
}
