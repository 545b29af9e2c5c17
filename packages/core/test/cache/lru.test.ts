import { describe, expect, test } from 'vitest'
import { Lru } from '../../src/cache/lru.js'
import { randomFrom } from '../verifier/differential/random.js'

/** What an {@link Lru} must be, written the plain way: a list, the one used last at its end. */
function model(maxEntries: number) {
  let entries: (readonly [number, number])[] = []
  const without = (key: number) => entries.filter(([each]) => each !== key)
  return {
    get: (key: number): number | undefined => {
      const found = entries.find(([each]) => each === key)
      if (found !== undefined) entries = [...without(key), found]
      return found?.[1]
    },
    set: (key: number, value: number): void => {
      entries = [...without(key), [key, value] as const].slice(-maxEntries)
    },
    delete: (key: number): void => {
      entries = without(key)
    },
    values: (): readonly number[] => entries.map(([, value]) => value).toSorted((a, b) => a - b),
  }
}

describe('Lru', () => {
  test.for([1, 2, 3, 8])('of %i entries forgets the one unused for longest', (maxEntries) => {
    const random = randomFrom(maxEntries)
    const [lru, plain] = [new Lru<number, number>(maxEntries), model(maxEntries)]
    for (let step = 0; step < 20_000; step++) {
      const key = random.below(maxEntries + 3)
      const what = random.below(8)
      if (what < 4) expect(lru.get(key)).toBe(plain.get(key))
      else if (what < 7) for (const each of [lru, plain]) each.set(key, step)
      else for (const each of [lru, plain]) each.delete(key)
      expect(lru.size).toBe(plain.values().length)
    }
    expect([...lru.values()].toSorted((a, b) => a - b)).toEqual(plain.values())
  })
})
