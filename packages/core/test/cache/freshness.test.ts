import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { phaseOf, thresholds } from '../../src/cache/freshness.js'

// The same cases each time: a test that fails must fail again.
fc.configureGlobal({ seed: 6749 })

const life = fc.record({
  issuedAt: fc.integer({ min: 0, max: 2 ** 40 }),
  lifetime: fc.double({ min: 0.001, max: 31_536_000, noNaN: true }),
  duration: fc.double({ min: 0, max: 30, noNaN: true }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
})

describe('thresholds', () => {
  test.for([
    // lifetime, duration, random, renew, wait: seconds before the end
    [3600, 1, 0, 232.5, 30],
    [3600, 1, 1, 300, 30],
    [1000, 0, 1, 200, 30],
    [240, 1, 1, 48, 24],
    [45, 1, 1, 9, 4.5],
    [10, 1, 1, 4, 1],
    [5, 1, 1, 2.5, 0.5],
    [1, 1, 1, 0.5, 0.1],
  ] as const)('%d s, %d s to fetch, drawn %d: renewed %d s before the end, waited for from %d s', (row) => {
    const [lifetime, duration, random, renew, wait] = row
    const at = thresholds({ issuedAt: 0, lifetime, duration, random })
    expect(at.expiresAt - at.renewAt).toBeCloseTo(renew, 6)
    expect(at.expiresAt - at.waitAt).toBeCloseTo(wait, 6)
  })

  test('are in order and within the life, whatever it is', () => {
    fc.assert(
      fc.property(life, (each) => {
        const { renewAt, waitAt, expiresAt } = thresholds(each)
        expect(each.issuedAt).toBeLessThanOrEqual(renewAt)
        expect(renewAt).toBeLessThanOrEqual(waitAt)
        expect(waitAt).toBeLessThanOrEqual(expiresAt)
      }),
    )
  })

  test('leave at least half of the life untouched', () => {
    fc.assert(
      fc.property(life, (each) => {
        const { renewAt } = thresholds(each)
        expect(renewAt - each.issuedAt).toBeGreaterThanOrEqual(each.lifetime * 0.5 - 1e-3)
      }),
    )
  })

  test('an earlier refresh_in wins, a later one does not', () => {
    const at = (refreshIn: number) =>
      thresholds({ issuedAt: 0, lifetime: 3600, duration: 1, random: 1, refreshIn }).renewAt
    expect(at(60)).toBe(60)
    expect(at(3599)).toBe(3300)
  })
})

describe('phaseOf', () => {
  const token = {
    accessToken: 'a',
    tokenType: 'Bearer',
    metadata: {},
    issuedAt: 1000,
    renewAt: 1300,
    waitAt: 1570,
    expiresAt: 1600,
  }

  test.for([
    [1000, 'fresh'],
    [1299.9, 'fresh'],
    [1300, 'renew'],
    [1569, 'renew'],
    [1570, 'wait'],
    [1599, 'wait'],
    [1600, 'expired'],
    [9999, 'expired'],
  ] as const)('at %d: %s', ([now, phase]) => {
    expect(phaseOf(token, now)).toBe(phase)
    expect(phaseOf(token, now, 0)).toBe(phase)
  })

  test('a clock that was set back does not lengthen a life whose age is known', () => {
    expect(phaseOf(token, 500, 599)).toBe('wait')
    expect(phaseOf(token, 500, 600)).toBe('expired')
    expect(phaseOf(token, 500)).toBe('fresh')
  })

  test('a clock that was set forward ends it', () => {
    expect(phaseOf(token, 5000, 10)).toBe('expired')
  })
})

test.for<readonly [lifetime: number, least: number]>([
  [3600, 30],
  [100, 10],
])('a refresh_in of next to nothing does not renew a token of %i s at every call', ([lifetime, least]) => {
  const { renewAt } = thresholds({ issuedAt: 1000, lifetime, duration: 0, refreshIn: 0.001, random: 0 })
  expect(renewAt).toBe(1000 + least)
})
