import { describe, expect, test } from 'vitest'
import { Lru } from '../../src/cache/lru.js'
import { randomFrom } from '../verifier/differential/random.js'

/** What an {@link Lru} must be, written the plain way: a list, the oldest first, and which of it were used. */
function model(maxEntries: number) {
  let entries: (readonly [number, number])[] = []
  const used = new Set<number>()
  const drop = (key: number): void => {
    entries = entries.filter(([each]) => each !== key)
    used.delete(key)
  }
  return {
    get: (key: number): number | undefined => {
      const found = entries.find(([each]) => each === key)
      if (found !== undefined) used.add(key)
      return found?.[1]
    },
    set: (key: number, value: number): void => {
      drop(key)
      while (entries.length >= maxEntries) {
        const [first, ...others] = entries
        if (first === undefined) break
        entries = used.delete(first[0]) ? [...others, first] : others
      }
      entries = [...entries, [key, value]]
    },
    delete: drop,
    values: (): readonly number[] => entries.map(([, value]) => value).toSorted((a, b) => a - b),
  }
}

describe('Lru', () => {
  test.for([1, 2, 3, 8])('of %i entries forgets the oldest that was not used lately', (maxEntries) => {
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

  test('makes room though all of it was used', () => {
    const lru = new Lru<number, string>(3)
    for (const key of [1, 2, 3]) lru.set(key, 'kept')
    for (const key of [3, 2, 1]) lru.get(key)
    lru.set(4, 'new')
    expect([1, 2, 3, 4].map((key) => lru.get(key))).toEqual([undefined, 'kept', 'kept', 'new'])
  })

  describe('a place', () => {
    const placed = () => {
      const lru = new Lru<string, number>(2)
      lru.set('a', 1)
      const place = lru.place('a')
      if (place === undefined) throw new Error('it is not there')
      return { lru, place }
    }

    test.for<readonly [string, (lru: Lru<string, number>) => void]>([
      ['deleted', (lru) => lru.delete('a')],
      ['replaced', (lru) => lru.set('a', 2)],
      ['pushed out', (lru) => ['b', 'c', 'd'].forEach((key, value) => void lru.set(key, value))],
    ])('is empty for good once its entry was %s', ([, leave]) => {
      const { lru, place } = placed()
      expect(place.value).toBe(1)
      leave(lru)
      expect(place.value).toBeUndefined()
      lru.set('a', 3)
      expect(place.value).toBeUndefined()
    })

    test('keeps its entry by being used, without a look-up', () => {
      const { lru, place } = placed()
      for (const key of ['b', 'c', 'd', 'e']) {
        place.used = true
        lru.set(key, 0)
      }
      expect(place.value).toBe(1)
    })
  })
})
