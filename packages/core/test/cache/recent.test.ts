import { describe, expect, test } from 'vitest'
import { Recent } from '../../src/cache/recent.js'
import { randomFrom } from '../verifier/differential/random.js'

describe('Recent', () => {
  test.for([1, 2, 3, 8])('holds the last %i that were used, and no more than twice as many', (maxEntries) => {
    const random = randomFrom(maxEntries)
    const recent = new Recent<number, number>(maxEntries)
    /** What was set last under a key, the keys used last at the end. */
    let used: (readonly [number, number])[] = []
    const use = (key: number, value: number) => {
      used = [...used.filter(([each]) => each !== key), [key, value] as const]
    }
    for (let step = 0; step < 4_000; step++) {
      const key = random.below(maxEntries * 3)
      if (random.below(3) === 0) {
        recent.set(key, step)
        use(key, step)
      } else {
        const found = recent.get(key)
        const last = used.find(([each]) => each === key)?.[1]
        if (used.slice(-maxEntries).some(([each]) => each === key)) expect(found).toBe(last)
        else expect([last, undefined]).toContain(found)
        if (found !== undefined) use(key, found)
      }
      const values = [...recent.values()]
      expect(values).toEqual(expect.arrayContaining(used.slice(-maxEntries).map(([, value]) => value)))
      expect(values.length).toBeLessThanOrEqual(maxEntries * 2)
      expect(new Set(values).size).toBe(values.length)
    }
  })

  test('what was used in the current half is kept to the end of the next one, without being used again', () => {
    const recent = new Recent<string, number>(2)
    recent.set('a', 1)
    const { half } = recent
    for (const key of ['b', 'c', 'd']) recent.set(key, 0)
    expect(recent.half).toBe(half + 1)
    expect(recent.get('a')).toBe(1)
    expect(recent.half).toBe(half + 2)
  })
})
