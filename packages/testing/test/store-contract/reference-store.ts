import type { ContractLock, ContractRecord, ContractStore } from '../../src/index.js'

/** Where stores keep what they share, with a clock that moves when a test says so. */
export interface Shelf {
  /** Seconds. */
  time: number
  readonly records: Map<string, { readonly text: string; readonly until: number }>
  readonly locks: Map<string, { readonly owner: symbol; readonly until: number }>
}

/** The parts of a store, so that a test can replace one by a broken one. */
export interface Parts {
  /** The name of a record. */
  readonly nameOf: (key: string) => string
  readonly encode: (token: ContractRecord) => string
  readonly decode: (text: string) => ContractRecord
  /** When a record ends, in seconds. */
  readonly end: (time: number, lifetime: number | undefined) => number
}

export function shelf(): Shelf {
  return { time: 0, records: new Map(), locks: new Map() }
}

export const sound: Parts = {
  nameOf: (key) => key,
  encode: (token) => JSON.stringify(token),
  decode: (text) => JSON.parse(text),
  end: (time, lifetime = Number.POSITIVE_INFINITY) => time + lifetime,
}

/** A store that keeps the contract, or would with sound parts. */
export function referenceStore(
  shelf: Shelf,
  parts: Partial<Parts> = {},
): ContractStore & { readonly lock: NonNullable<ContractStore['lock']> } {
  const { nameOf, encode, decode, end } = { ...sound, ...parts }
  const alive = <T extends { readonly until: number }>(entry: T | undefined): T | undefined =>
    entry !== undefined && entry.until > shelf.time ? entry : undefined
  return {
    get: async (key) => {
      const found = alive(shelf.records.get(nameOf(key)))
      return found && decode(found.text)
    },
    set: async (key, token, lifetime) => {
      shelf.records.set(nameOf(key), { text: encode(token), until: end(shelf.time, lifetime) })
    },
    delete: async (key) => {
      shelf.records.delete(nameOf(key))
    },
    lock: async (key, lifetime): Promise<ContractLock | undefined> => {
      if (alive(shelf.locks.get(key)) !== undefined) return undefined
      const owner = Symbol('owner')
      shelf.locks.set(key, { owner, until: shelf.time + lifetime })
      return {
        release: async () => {
          if (shelf.locks.get(key)?.owner === owner) shelf.locks.delete(key)
        },
      }
    },
  }
}
