import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface Memory {
  readonly name: string
  readonly entries: number
  /** For each of the entries. */
  readonly bytes: number
}

/** What stays in memory of work that leaves entries behind. */
export async function memoryOf<T>(
  { name }: { readonly name: string },
  entries: number,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly memory: Memory }> {
  const before = inUse()
  const value = await work()
  return { value, memory: { name, entries, bytes: (inUse() - before) / entries } }
}

function inUse(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
