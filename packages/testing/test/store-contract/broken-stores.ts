import path from 'node:path'
import type { ContractRecord, ContractStore } from '../../src/index.js'
import { type Parts, referenceStore, type Shelf, sound } from './reference-store.js'

type Breakage = readonly [name: string, open: (shelf: Shelf) => ContractStore]

/** A store of which one part is broken. */
const part = (name: string, parts: Partial<Parts>): Breakage => [name, (shelf) => referenceStore(shelf, parts)]

/** A store of which one method is broken. */
const method = (
  name: string,
  broken: (store: ReturnType<typeof referenceStore>, shelf: Shelf) => Partial<ContractStore>,
): Breakage => [
  name,
  (shelf) => {
    const store = referenceStore(shelf)
    return { ...store, ...broken(store, shelf) }
  },
]

const encoding = (name: string, change: (token: ContractRecord) => object): Breakage =>
  part(name, { encode: (token) => JSON.stringify(change(token)) })

const naming = (name: string, nameOf: (key: string) => string): Breakage => part(name, { nameOf })

const records: readonly Breakage[] = [
  method('a key that was never set has no record', (store) => ({
    get: async (key) => (await store.get(key)) ?? sound.decode('{"accessToken": "", "metadata": {}}'),
  })),
  encoding('a record with all its members comes back equal', ({ refreshToken: _, ...rest }) => rest),
  encoding('a record without what is optional comes back equal', ({ scope = '', ...rest }) => ({ scope, ...rest })),
  encoding('a record of 16 KiB tokens comes back equal', (token) => ({
    ...token,
    accessToken: token.accessToken.slice(0, 4096),
  })),
  encoding('a record with every character a token may hold comes back equal', (token) => ({
    ...token,
    accessToken: decodeURIComponent(token.accessToken.replaceAll('%', '%25').replaceAll('+', ' ')),
  })),
  encoding('a record with points in time that are fractions comes back equal', (token) => ({
    ...token,
    renewAt: Math.floor(token.renewAt),
  })),
  part('a record with text of any script in its metadata comes back equal', {
    encode: (token) => Buffer.from(JSON.stringify(token), 'latin1').toString('latin1'),
  }),
  encoding('a record with metadata of any JSON type comes back equal', ({ metadata, ...rest }) => ({
    ...rest,
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, String(value)])),
  })),
  encoding('a record with metadata named like members of a prototype comes back equal', (token) => ({
    ...token,
    metadata: Object.assign({}, token.metadata),
  })),
  method('a second record takes the place of the first', (store) => ({
    set: async (key, token, lifetime) => store.set(key, { ...(await store.get(key)), ...token }, lifetime),
  })),
  method('a deleted record is gone', () => ({ delete: async () => undefined })),
  method('a key that was deleted can be set again', (store) => {
    const gone = new Set<string>()
    return {
      delete: async (key) => {
        if ((await store.get(key)) !== undefined) gone.add(key)
      },
      get: async (key) => (gone.has(key) ? undefined : await store.get(key)),
    }
  }),
  method('to delete what is not there is no error', (store) => ({
    delete: async (key) => {
      if ((await store.get(key)) === undefined) throw new Error('there is no such record')
      await store.delete(key)
    },
  })),
  method('a record that was returned is not the stored one', () => {
    const kept = new Map<string, ContractRecord>()
    return {
      get: async (key) => kept.get(key),
      set: async (key, token) => void kept.set(key, structuredClone(token)),
    }
  }),
  method('a record that was set is copied', () => {
    const kept = new Map<string, ContractRecord>()
    return {
      get: async (key) => structuredClone(kept.get(key)),
      set: async (key, token) => void kept.set(key, token),
    }
  }),
  method('another store sees what this one set and deleted', (store) => {
    const seen = new Map<string, ContractRecord>()
    return {
      get: async (key) => {
        const found = seen.get(key) ?? (await store.get(key))
        if (found !== undefined) seen.set(key, found)
        return found
      },
    }
  }),
]

const lifetimes: readonly Breakage[] = [
  part('a record stays for its lifetime', { end: (time, lifetime = 1e9) => time + lifetime / 1000 }),
  part('a record without a lifetime stays', { end: (time, lifetime = 3600) => time + lifetime }),
  part('a lifetime of years is one', { end: (time, lifetime = 0) => time + ((lifetime * 1000) | 0) / 1000 }),
  method('the lifetime of the last record counts', (store, { records }) => ({
    set: async (key, token, lifetime) => {
      const until = records.get(key)?.until
      await store.set(key, token, lifetime)
      if (until !== undefined) records.set(key, { text: sound.encode(token), until })
    },
  })),
  method('a lifetime may be a fraction', (store) => ({
    set: async (key, token, lifetime) => {
      if (lifetime !== undefined && !Number.isInteger(lifetime)) throw new Error('not a whole number')
      await store.set(key, token, lifetime)
    },
  })),
  method('a lifetime of 0 leaves no older record', (store) => ({
    set: async (key, token, lifetime) => {
      if (lifetime !== 0) await store.set(key, token, lifetime)
    },
  })),
]

const keys: readonly Breakage[] = [
  method('keys that begin alike have a record each', (_, { records }) => ({
    delete: async (key) => {
      for (const each of [...records.keys()]) if (each.startsWith(key)) records.delete(each)
    },
  })),
  naming('keys of 10 000 characters that differ at their end have a record each', (key) => key.slice(0, 1000)),
  naming('keys that differ in a control character have a record each', (key) =>
    [...key].map((each) => (each < ' ' ? ' ' : each)).join(''),
  ),
  naming('keys that differ in a character of ASCII have a record each', (key) => key.replaceAll(/[^\w-]/g, '_')),
  naming('keys that differ in a character beyond ASCII have a record each', (key) =>
    Buffer.from(key, 'latin1').toString('hex'),
  ),
  naming('keys that differ in case only have a record each', (key) => key.toLowerCase()),
  naming('keys that differ in their normal form only have a record each', (key) => key.normalize()),
  naming('keys that differ in blanks around them have a record each', (key) => key.trimEnd()),
  naming('keys that are paths have a record each', (key) => path.posix.normalize(key)),
  method('keys that are patterns have a record each', (_, { records }) => ({
    delete: async (key) => {
      for (const each of [...records.keys()]) if (path.matchesGlob(each, key)) records.delete(each)
    },
  })),
  method('keys that are names of a prototype have a record each', () => {
    const kept: Record<string, ContractRecord> = {}
    return {
      get: async (key) => kept[key],
      set: async (key, token) => {
        kept[key] = token
      },
      delete: async (key) => {
        delete kept[key]
      },
    }
  }),
  naming('keys that are numbers have a record each', (key) => String(Number(key) || key)),
  method('many keys are set, read and deleted at a time', (store, { records }) => ({
    set: async (key, token, lifetime) => {
      if (records.size < 150) await store.set(key, token, lifetime)
    },
  })),
  method('one key is set many times at a time, and read meanwhile', (store) => ({
    set: async (key, token, lifetime) => {
      const before = await store.get(key)
      await store.set(key, { ...token, refreshToken: before?.refreshToken ?? token.refreshToken }, lifetime)
      await Promise.resolve()
      await store.set(key, token, lifetime)
    },
  })),
]

const locks: readonly Breakage[] = [
  method('it has a lock', () => ({ lock: undefined })),
  method('a lock that nobody holds is given', () => ({ lock: async () => undefined })),
  method('a lock that is held is undefined, not an error', (store) => ({
    lock: async (key, lifetime) => {
      const taken = await store.lock(key, lifetime)
      if (taken === undefined) throw new Error('somebody holds it')
      return taken
    },
  })),
  method('one of many who come at a time gets the lock', (_, { locks }) => ({
    lock: async (key) => {
      const free = !locks.has(key)
      await Promise.resolve()
      if (!free) return undefined
      locks.set(key, { owner: Symbol('owner'), until: Number.POSITIVE_INFINITY })
      return { release: async () => void locks.delete(key) }
    },
  })),
  method('a release lets the next one in', (store) => ({
    lock: async (key, lifetime) => (await store.lock(key, lifetime)) && { release: async () => undefined },
  })),
  method('a lock is held for its lifetime', (store) => ({
    lock: (key, lifetime) => store.lock(key, lifetime / 1000),
  })),
  method('a lock ends with its lifetime', (store) => ({
    lock: (key) => store.lock(key, Number.POSITIVE_INFINITY),
  })),
  method('a second release frees nobody else', (store, { locks }) => ({
    lock: async (key, lifetime) => (await store.lock(key, lifetime)) && { release: async () => void locks.delete(key) },
  })),
  method('a late release frees nobody else', (store, { locks }) => ({
    lock: async (key, lifetime) => {
      const taken = await store.lock(key, lifetime)
      let released = false
      const release = async () => {
        if (!released) locks.delete(key)
        released = true
      }
      return taken && { release }
    },
  })),
  method('every key has a lock of its own', (store) => ({
    lock: (key, lifetime) => store.lock(key.trim(), lifetime),
  })),
  method('a lock leaves the record alone', (store) => ({
    lock: async (key, lifetime) => {
      const taken = await store.lock(key, lifetime)
      if (taken !== undefined) await store.delete(key)
      return taken
    },
  })),
  method('a record that is deleted leaves the lock alone', (store, { locks }) => ({
    delete: async (key) => {
      await store.delete(key)
      locks.delete(key)
    },
  })),
  [
    'another store is kept out by the lock of this one',
    (shelf) => ({ ...referenceStore(shelf), lock: referenceStore({ ...shelf, locks: new Map() }).lock }),
  ],
]

/** For each case of the contract a store that does not keep it. */
export const brokenStores: readonly Breakage[] = [...records, ...lifetimes, ...keys, ...locks]
