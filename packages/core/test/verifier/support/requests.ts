import { AsyncLocalStorage, createHook } from 'node:async_hooks'

/** A request of a runtime that ends its work with it, unless it is told of it. */
export interface TestRequest {
  readonly work: readonly Promise<unknown>[]
  waitUntil(work: Promise<unknown>): void
}

export function request(): TestRequest {
  const work: Promise<unknown>[] = []
  return { work, waitUntil: (each) => void work.push(each) }
}

/** Runs work as that of one request. */
export type RunAs = <T>(name: string, work: () => Promise<T>) => Promise<T>

/**
 * Watches every promise: which request made it, and which waits for it.
 *
 * @returns each wait of one request for a promise of another, as workerd would never end it.
 */
export async function crossings(use: (as: RunAs) => Promise<void>): Promise<readonly string[]> {
  const current = new AsyncLocalStorage<string>()
  const maker = new Map<number, string>()
  const crossed = new Set<string>()
  const hook = createHook({
    init: (id, type, parent) => {
      const here = current.getStore()
      if (type !== 'PROMISE' || here === undefined) return
      maker.set(id, here)
      const there = maker.get(parent)
      if (there !== undefined && there !== here) crossed.add(`${here} waits for ${there}`)
    },
  })
  hook.enable()
  try {
    await use((name, work) => current.run(name, work))
  } finally {
    hook.disable()
  }
  return [...crossed]
}
