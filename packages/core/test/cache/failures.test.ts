import { describe, expect, test } from 'vitest'
import { Failures } from '../../src/cache/failures.js'
import { testClock } from '../support/clock.js'

/** Seconds each of some failures in a row is remembered. */
function pauses(count: number, transient: boolean, random = 0.999_999): number[] {
  const clock = testClock()
  const failures = new Failures<string>(clock.now, () => random)
  return Array.from({ length: count }, () => {
    const { until } = failures.add('key', { error: 'e', transient })
    return Math.round((until - clock.now()) / 1000)
  })
}

describe('a failure is remembered', () => {
  test('permanent: 30 s, doubling to 5 min', () => {
    expect(pauses(6, false)).toEqual([30, 60, 120, 240, 300, 300])
  })

  test('transient: full jitter, at most 60 s', () => {
    expect(pauses(8, true)).toEqual([2, 4, 8, 16, 32, 60, 60, 60])
  })

  test('transient: never less than a second', () => {
    expect(pauses(3, true, 0)).toEqual([1, 1, 1])
  })

  test('as long as the server asked', () => {
    const clock = testClock()
    const failures = new Failures<string>(clock.now, () => 0)
    failures.add('key', { error: 'e', transient: true, wait: 90 })
    clock.advance(89)
    expect(failures.get('key')?.error).toBe('e')
    clock.advance(1)
    expect(failures.get('key')).toBeUndefined()
  })

  test('until something works, and then from the start', () => {
    const clock = testClock()
    const failures = new Failures<string>(clock.now, () => 0)
    failures.add('key', { error: 'e', transient: false })
    failures.clear('key')
    expect(failures.get('key')).toBeUndefined()
    expect(failures.add('key', { error: 'e', transient: false }).until - clock.now()).toBe(30_000)
  })

  test('not when the clock was set back before it', () => {
    const clock = testClock()
    const failures = new Failures<string>(clock.now, () => 0)
    failures.add('key', { error: 'e', transient: false })
    clock.advance(-3600)
    expect(failures.get('key')).toBeUndefined()
  })

  test('for a bounded number of keys', () => {
    const failures = new Failures<string>(
      () => 0,
      () => 0,
    )
    for (let key = 0; key <= 1000; key++) failures.add(String(key), { error: 'e', transient: false })
    expect(failures.get('0')).toBeUndefined()
    expect(failures.get('1')?.error).toBe('e')
  })
})
