/** How many are worked on at once. */
const few = 20

/** Does the same for each of many, a few at a time, whatever becomes of the others. */
export async function fewAtATime<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = []
  for (let first = 0; first < items.length; first += few) {
    results.push(...(await Promise.allSettled(items.slice(first, first + few).map(work))))
  }
  return results
}
