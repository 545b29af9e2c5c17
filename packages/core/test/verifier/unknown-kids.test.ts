import { describe, expect, test } from 'vitest'
import { UnknownKids } from '../../src/verifier/unknown-kids.js'

describe('unknown kids', () => {
  test('are left alone for twice as long the second time, a minute at most', () => {
    const kids = new UnknownKids(30)
    const pauses: number[] = []
    let now = 0
    for (let i = 0; i < 4; i++) {
      kids.add('x', now)
      const since = now
      while (kids.isKnown('x', now)) now += 1000
      pauses.push((now - since) / 1000)
    }
    expect(pauses).toEqual([30, 60, 60, 60])
  })

  test('are told apart, and none is known before it was added', () => {
    const kids = new UnknownKids(30)
    kids.add('x', 0)
    expect(['x', 'y', '__proto__'].map((name) => kids.isKnown(name, 0))).toEqual([true, false, false])
  })

  test('that are added again meanwhile wait no longer for it', () => {
    const kids = new UnknownKids(30)
    kids.add('x', 0)
    kids.add('x', 29_000)
    expect(kids.isKnown('x', 30_000)).toBe(false)
  })

  test('of before the clock was set back are forgotten', () => {
    const kids = new UnknownKids(30)
    kids.add('x', 10_000)
    expect(kids.isKnown('x', 9000)).toBe(false)
  })

  test('are a thousand at most, the newest', () => {
    const kids = new UnknownKids(30)
    for (let i = 0; i < 1500; i++) kids.add(`x${i}`, 0)
    const known = Array.from({ length: 1500 }, (_, i) => kids.isKnown(`x${i}`, 0))
    expect(known.indexOf(true)).toBe(500)
    expect(known.filter(Boolean)).toHaveLength(1000)
  })
})
