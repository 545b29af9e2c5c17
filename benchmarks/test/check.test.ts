import { expect, test } from 'vitest'
import { check } from '../src/check/check.js'
import { floors } from '../src/check/floors.js'
import { measurements } from '../src/check/measure.js'
import { exactly } from '../src/harness/statistics.js'

test('everything that is measured has a floor, and the other way round', () => {
  expect(Object.keys(measurements)).toEqual(Object.keys(floors))
})

test('what is slow is measured once more before it fails', async () => {
  let times = 0
  const measure = {
    fast: async () => exactly(0.6),
    unlucky: async () => exactly([0.4, 0.5][times++] ?? 0),
    noisy: async () => ({ median: 0.3, low: 0.1, high: 0.5 }),
    slow: async () => exactly(0.4),
  }
  const verdicts = await check({ fast: 0.5, unlucky: 0.5, noisy: 0.5, slow: 0.5 }, measure)
  expect(verdicts.filter(({ kept }) => !kept).map(({ name }) => name)).toEqual(['slow'])
  expect(times).toBe(2)
})
