/** One of those that are measured beside each other. */
export interface Contender {
  readonly name: string
  /** The npm package whose version is printed. */
  readonly package?: string | undefined
  /** Microseconds of CPU taken so far, where the work is done in another process. */
  readonly cpu?: (() => Promise<number>) | undefined
  /** Gets a slice of the work ready, outside the measured time, and returns what is measured. */
  readonly slice: (round: number) => () => void | Promise<void>
}

/** The contender that nothing can be faster than. */
export const limitName = 'the limit'
/** How this toolkit is called among its peers. */
export const oursName = 'this toolkit'

/** Work that ends before it returns. */
export function each<T>(items: readonly T[], work: (item: T) => unknown): () => void {
  return () => {
    for (const item of items) mustHaveWorked(work(item))
  }
}

/** Work that is awaited, one item at a time. */
export function oneByOne<T>(items: readonly T[], work: (item: T) => Promise<unknown>): () => Promise<void> {
  return async () => {
    for (const item of items) mustHaveWorked(await work(item))
  }
}

/** Work that is awaited, `width` items at once: the next begins as soon as one has ended. */
export function atOnce<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<unknown>,
): () => Promise<void> {
  return async () => {
    let next = 0
    const lane = async (): Promise<void> => {
      while (next < items.length) {
        const item = items[next++]
        if (item !== undefined) mustHaveWorked(await work(item))
      }
    }
    await Promise.all(Array.from({ length: width }, lane))
  }
}

/** What nobody looks at a compiler may leave out; what failed is not to be measured. */
function mustHaveWorked(result: unknown): void {
  if (result === undefined || result === false) throw new Error('a contender did not do its work')
}
