import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memoryReplayStore } from '../../src/verifier/replay-store.js'
import { clockAt, epoch } from './support/tokens.js'

describe('memoryReplayStore', () => {
  test('knows an entry until it has expired', () => {
    const clock = clockAt()
    const store = memoryReplayStore({ now: clock })
    const proof = { jkt: 'a', id: 'x', expiresAt: epoch + 60 }
    expect([store.add(proof), store.add(proof)]).toEqual(['added', 'seen'])
    clock.advance(59.999)
    expect(store.add(proof)).toBe('seen')
    clock.advance(0.001)
    expect(store.add(proof)).toBe('added')
  })

  test('keeps keys apart', () => {
    const store = memoryReplayStore({ now: clockAt() })
    expect(store.add({ jkt: 'ab', id: 'c', expiresAt: epoch + 1 })).toBe('added')
    expect(store.add({ jkt: 'a', id: 'bc', expiresAt: epoch + 1 })).toBe('added')
  })

  test('is full by its own limit and by that of a key, and has room again when entries expire', () => {
    const clock = clockAt()
    const store = memoryReplayStore({ maxEntries: 20, now: clock })
    const add = (jkt: string, id: number) => store.add({ jkt, id: String(id), expiresAt: epoch + 10 })
    expect([add('a', 1), add('a', 2), add('a', 3)]).toEqual(['added', 'added', 'full'])
    for (let i = 0; i < 9; i++) expect([add(`k${i}`, 1), add(`k${i}`, 2)]).toEqual(['added', 'added'])
    expect(add('z', 1)).toBe('full')
    expect(add('a', 1)).toBe('seen')
    clock.advance(10)
    expect(add('z', 1)).toBe('added')
  })

  test('never accepts a living entry twice, and never holds more than its limit', () => {
    const step = fc.record({
      jkt: fc.constantFrom('a', 'b', 'c'),
      id: fc.constantFrom('1', '2', '3', '4'),
      life: fc.integer({ min: 1, max: 5 }),
      wait: fc.integer({ min: 0, max: 2 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = clockAt()
        const store = memoryReplayStore({ maxEntries: 6, maxPerKey: 3, now: clock })
        const living = new Map<string, number>()
        for (const { jkt, id, life, wait } of steps) {
          clock.advance(wait)
          const now = clock() / 1000
          const alive = [...living].filter(([, until]) => until > now)
          const known = (living.get(`${jkt} ${id}`) ?? 0) > now
          const full = alive.length >= 6 || alive.filter(([name]) => name.startsWith(jkt)).length >= 3
          const verdict = store.add({ jkt, id, expiresAt: now + life })
          expect(verdict).toBe(known ? 'seen' : full ? 'full' : 'added')
          if (verdict === 'added') living.set(`${jkt} ${id}`, now + life)
        }
      }),
    )
  })

  test.for([{ maxEntries: 0 }, { maxEntries: 1.5 }, { maxPerKey: -1 }, { now: 1 }, { size: 1 }])(
    'refuses %j',
    (options) => {
      expect(() => memoryReplayStore(JSON.parse(JSON.stringify(options)))).toThrow(TypeError)
    },
  )
})
