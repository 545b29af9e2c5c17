import { expect, test } from 'vitest'
import { SharedClock } from '../src/shared-clock.js'

/** What Redis says it is, in seconds and microseconds, and when it was asked: so many milliseconds ago. */
function look(clock: SharedClock, ago: number, milliseconds: number): void {
  clock.look(performance.now() - ago, Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1000)
}

test.for<readonly [string, number, number, number]>([
  ['agree, and the answer was quick', 0, 2, 0],
  ['agree, and the answer came when this process had been held up', 0, 6000, 0],
  ['differ, and the answer was quick', 20_000, 2, 20_000],
  ['differ, and the answer was slow', 20_000, 400, 20_000],
  ['differ the other way', -20_000, 400, -20_000],
])('clocks that %s', ([, skew, ago, expected]) => {
  const redis = 1_800_000_000_000
  const clock = new SharedClock(() => redis + skew)
  look(clock, ago, redis)
  expect(Math.abs((clock.ahead ?? Number.NaN) - expected)).toBeLessThan(ago + 500)
  if (skew === 0) expect(clock.ahead).toBeCloseTo(0)
})

test('a quick answer says more than a slow one, whichever comes first', () => {
  const redis = 1_800_000_000_000
  const clock = new SharedClock(() => redis + 20_000)
  expect(clock.ahead).toBeUndefined()
  look(clock, 5000, redis)
  look(clock, 0, redis)
  look(clock, 5000, redis)
  expect(Math.round((clock.ahead ?? 0) / 100)).toBe(200)
})
