import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Bench, Case } from './case.js'
import { keyCases } from './key-cases.js'
import { lifetimeCases } from './lifetime-cases.js'
import { lockCases } from './lock-cases.js'
import { recordCases } from './record-cases.js'
import type { ContractStore, StoreContractOptions } from './store.js'

/** One case of the contract, for the test runner of your choice. */
export interface StoreContractCase {
  readonly name: string
  /** Rejects with an `AssertionError` saying what the store must do. */
  readonly run: () => Promise<void>
}

/** What came of one case. */
export interface StoreContractResult {
  readonly name: string
  readonly passed: boolean
  /** What the store must do; `undefined` where it does. */
  readonly detail: string | undefined
}

/** Seconds that are really waited where no clock can be moved. */
const maxWait = 2

/**
 * The contract of a `TokenStore` as cases, each with a store and keys of its own. Where `advance` is not given some of
 * them wait, two seconds at most.
 *
 * @throws TypeError when `create` is no function.
 * @example
 * for (const { name, run } of storeContract({ create: () => myStore() })) test(name, run)
 */
export function storeContract(options: StoreContractOptions): readonly StoreContractCase[] {
  const { create, lock = false, shared = lock } = options
  if (typeof create !== 'function') {
    throw new TypeError('storeContract takes a function that opens a store: { create: () => myStore() }')
  }
  const has = { lock, shared }
  return [announced(lock), ...recordCases, ...lifetimeCases, ...keyCases, ...lockCases]
    .filter(({ needs = [] }) => needs.every((each) => has[each]))
    .map(({ name, check }) => ({ name, run: () => onBench(options, check) }))
}

/**
 * Runs the whole contract, one case after the other.
 *
 * @returns a result per case; the store keeps the contract when all of them passed.
 * @throws TypeError when `create` is no function.
 * @example
 * const results = await runStoreContract({ create: () => myStore(), lock: true })
 * assert.deepEqual(results.filter(({ passed }) => !passed), [])
 */
export async function runStoreContract(options: StoreContractOptions): Promise<readonly StoreContractResult[]> {
  const results: StoreContractResult[] = []
  for (const { name, run } of storeContract(options)) {
    const detail = await run().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    results.push({ name, passed: detail === undefined, detail })
  }
  return results
}

/** A lock that nobody tests would be one that nobody knows to work. */
function announced(lock: boolean): Case {
  return {
    name: lock ? 'it has a lock' : 'it has no lock',
    check: async ({ store }) => {
      assert.equal(typeof store.lock, lock ? 'function' : 'undefined', 'the option `lock` says whether there is one')
    },
  }
}

async function onBench({ create, advance, close }: StoreContractOptions, check: Case['check']): Promise<void> {
  const opened: ContractStore[] = []
  const open = async (): Promise<ContractStore> => {
    const store = await create()
    opened.push(store)
    return store
  }
  const prefix = randomUUID()
  const bench: Bench = {
    store: await open(),
    open,
    key: (text) => `${prefix}${text}`,
    pass: async (seconds) => await (advance ?? wait)(seconds),
  }
  try {
    await check(bench)
  } finally {
    for (const store of opened) await close?.(store)
  }
}

async function wait(seconds: number): Promise<void> {
  await setTimeout(Math.min(seconds, maxWait) * 1000)
}
