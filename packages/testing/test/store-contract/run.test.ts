import { describe, expect, test } from 'vitest'
import { type ContractStore, runStoreContract, type StoreContractOptions, storeContract } from '../../src/index.js'
import { brokenStores } from './broken-stores.js'
import { referenceStore, type Shelf, shelf } from './reference-store.js'

/** Stores with a lock that share their records, as those of two processes do. */
function sharing(open: (shelf: Shelf) => ContractStore): StoreContractOptions {
  const common = shelf()
  return {
    create: () => open(common),
    lock: true,
    advance: (seconds) => {
      common.time += seconds
    },
  }
}

describe('storeContract', () => {
  for (const { name, run } of storeContract(sharing(referenceStore))) test(name, run)

  test.for(brokenStores)("is not kept where '%s' does not hold", async ([name, open]) => {
    const failing = storeContract(sharing(open)).find((each) => each.name === name)
    await expect(failing?.run()).rejects.toThrow()
  })

  test('has no case that a broken store was not tried on', () => {
    const tried = new Set(brokenStores.map(([name]) => name))
    const cases = storeContract(sharing(referenceStore)).map(({ name }) => name)
    expect(cases.filter((name) => !tried.has(name))).toEqual([])
    expect(cases.length).toBe(new Set(cases).size)
  })

  test('asks neither for a lock nor for shared records where there are none', async () => {
    const { lock: _, ...store } = referenceStore(shelf())
    const create = () => store
    const names = storeContract({ create }).map(({ name }) => name)
    const others = storeContract({ create, shared: true }).map(({ name }) => name)
    expect(names.filter((name) => name.includes('lock'))).toEqual(['it has no lock'])
    expect(others.filter((name) => !names.includes(name))).toEqual(['another store sees what this one set and deleted'])
  })

  test('a lock that was not announced is found', async () => {
    const [first] = storeContract({ create: () => referenceStore(shelf()) })
    await expect(first?.run()).rejects.toThrow('the option `lock` says whether there is one')
  })

  test('closes every store it opened, whatever came of the case', async () => {
    const open = new Set<ContractStore>()
    const { create, ...options } = sharing((common) => ({ ...referenceStore(common), get: async () => undefined }))
    let opened = 0
    const cases = storeContract({
      ...options,
      create: async () => {
        const store = await create()
        opened += 1
        open.add(store)
        return store
      },
      close: (store) => void open.delete(store),
    })
    await Promise.allSettled(cases.map(({ run }) => run()))
    expect(opened).toBeGreaterThan(cases.length)
    expect(open.size).toBe(0)
  })

  test('really waits where no clock can be moved', async () => {
    const clock: Shelf = shelf()
    Object.defineProperty(clock, 'time', { get: () => performance.now() / 1000 })
    const cases = storeContract({ create: () => referenceStore(clock), lock: true })
    await cases.find(({ name }) => name === 'a lock ends with its lifetime')?.run()
    expect(clock.locks.size).toBe(1)
  })

  test('takes options', () => {
    expect(() => storeContract({} as never)).toThrow(
      new TypeError('storeContract takes a function that opens a store: { create: () => myStore() }'),
    )
  })
})

describe('runStoreContract', () => {
  test('tells of each case whether it passed, and what a store must do', async () => {
    const results = await runStoreContract(
      sharing((common) => ({ ...referenceStore(common), delete: async () => undefined })),
    )
    expect(results.length).toBe(brokenStores.length)
    expect(results.find(({ name }) => name === 'a deleted record is gone')).toEqual({
      name: 'a deleted record is gone',
      passed: false,
      detail: expect.stringContaining('get must resolve to undefined after delete'),
    })
    expect(results.filter(({ passed, detail }) => passed !== (detail === undefined))).toEqual([])
    expect(results.filter(({ passed }) => passed).length).toBeGreaterThan(20)
  })
})
