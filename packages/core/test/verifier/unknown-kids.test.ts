import { describe, expect, test } from 'vitest'
import { UnknownKids } from '../../src/verifier/unknown-kids.js'

describe('unknown kids', () => {
  test('are left alone for a pause, each time they were asked for', () => {
    const kids = new UnknownKids(30)
    for (const askedAt of [0, 30_000, 60_000]) {
      kids.add('x', askedAt)
      expect([0, 29_999, 30_000].map((later) => kids.isKnown('x', askedAt + later))).toEqual([true, true, false])
    }
  })

  test('are told apart, and none is known before it was added', () => {
    const kids = new UnknownKids(30)
    kids.add('x', 0)
    expect(['x', 'y', '__proto__'].map((name) => kids.isKnown(name, 0))).toEqual([true, false, false])
  })

  test('of before the clock was set back are not waited for', () => {
    const kids = new UnknownKids(30)
    kids.add('x', 10_000)
    expect(kids.isKnown('x', 9000)).toBe(false)
    expect(['x', 'y', '__proto__'].map((name) => kids.has(name))).toEqual([true, false, false])
  })

  test('are a thousand at most, the newest', () => {
    const kids = new UnknownKids(30)
    for (let i = 0; i < 1500; i++) kids.add(`x${i}`, 0)
    const known = Array.from({ length: 1500 }, (_, i) => kids.isKnown(`x${i}`, 0))
    expect(known.indexOf(true)).toBe(500)
    expect(known.filter(Boolean)).toHaveLength(1000)
  })
})
