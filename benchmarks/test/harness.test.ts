import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { barChart } from '../src/harness/bars.js'
import { atOnce, type Contender, each, limitName, oneByOne, oursName } from '../src/harness/contender.js'
import { caseOf, figureOf } from '../src/harness/figures.js'
import { isKept, verdictOf } from '../src/harness/goal.js'
import { interleave } from '../src/harness/interleave.js'
import { short } from '../src/harness/numbers.js'
import { shuffled } from '../src/harness/shuffle.js'
import { estimate, median } from '../src/harness/statistics.js'

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1)

describe('the median and its interval', () => {
  /** Ranks as tables of the sign test have them, counted from 1. */
  test.for([
    [5, 1, 5],
    [6, 1, 6],
    [10, 2, 9],
    [20, 6, 15],
    [30, 10, 21],
    [40, 14, 27],
    [100, 40, 61],
  ])('of %i values lies between number %i and number %i', ([count = 0, low, high]) => {
    expect(estimate(upTo(count))).toEqual({ median: (count + 1) / 2, low, high })
  })

  test('covers the true median of skewed noise 19 times in 20', () => {
    const trueMedian = Math.LN2
    const next = randoms(7)
    const covered = upTo(2000).filter(() => {
      const { low, high } = estimate(upTo(40).map(() => -Math.log(1 - next())))
      return low <= trueMedian && trueMedian <= high
    })
    expect(covered.length / 2000).toBeGreaterThan(0.945)
    expect(covered.length / 2000).toBeLessThan(0.975)
  })

  test('does not depend on the order, nor on one wild value', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 6, maxLength: 80 }), (values) => {
        const { low, median: middle, high } = estimate(values)
        expect(estimate(values.toReversed())).toEqual({ low, median: middle, high })
        expect(low).toBeLessThanOrEqual(middle)
        expect(middle).toBeLessThanOrEqual(high)
      }),
    )
    expect(median([1, 2, 3, 4, 1e9])).toBe(3)
  })
})

test('a shuffle keeps everything, and every place is as likely', () => {
  const next = randoms(3)
  const firsts = upTo(3000).map(() => shuffled(['a', 'b', 'c'], next).join(''))
  for (const order of ['abc', 'acb', 'bac', 'bca', 'cab', 'cba']) {
    expect(firsts.filter((each) => each === order).length).toBeGreaterThan(400)
  }
})

describe('slices of work', () => {
  test('run every contender in every round, each of them in turn', async () => {
    const ran: string[] = []
    const contender = (name: string): Contender => ({ name, slice: (round) => () => void ran.push(`${name}${round}`) })
    const samples = await interleave(['a', 'b'].map(contender), { rounds: 30, warmUp: 2, operations: 1 })
    expect(samples.map(({ wall, cpu }) => [wall.length, cpu.length])).toEqual([
      [30, 30],
      [30, 30],
    ])
    for (let round = 0; round < 32; round++) {
      expect(new Set(ran.slice(round * 2, round * 2 + 2))).toEqual(new Set([`a${round}`, `b${round}`]))
    }
  })

  test('are too few to say anything', async () => {
    await expect(interleave([], { rounds: 29, warmUp: 0, operations: 1 })).rejects.toThrow(RangeError)
  })

  test('do all of the work, so many at once', async () => {
    const done: number[] = []
    let running = 0
    let most = 0
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
      return done.push(item)
    }
    await atOnce(upTo(100), 8, work)()
    expect([done.toSorted((a, b) => a - b), most]).toEqual([upTo(100), 8])
    most = 0
    await oneByOne(upTo(10), work)()
    expect([done.length, most]).toEqual([110, 1])
  })

  test('fail when a contender does nothing', async () => {
    expect(each([1], () => undefined)).toThrow('did not do its work')
    await expect(oneByOne([1], async () => false)()).rejects.toThrow('did not do its work')
  })
})

test('ratios are of the same round: a machine that is slow for a while changes none', () => {
  const slow = upTo(30).map((round) => (round < 20 ? 1 : 50))
  const named = (name: string, factor: number) => ({
    contender: { name, slice: () => () => undefined },
    wall: slow.map((each) => each * factor),
    cpu: slow.map((each) => each * factor * 2),
  })
  const measured = caseOf('case', [named(limitName, 1), named(oursName, 2), named('peer', 8)])
  expect(figureOf(measured, oursName).share).toEqual({ median: 0.5, low: 0.5, high: 0.5 })
  expect(figureOf(measured, 'peer').cpuShare).toEqual({ median: 0.125, low: 0.125, high: 0.125 })
  expect(figureOf(measured, 'peer').ours).toEqual({ median: 4, low: 4, high: 4 })
})

test('a goal is kept by the median, perhaps kept by the kindest reading, or missed', () => {
  const figure = { median: 1, low: 0.9, high: 1.1 }
  const verdicts = ['kept', 'within the noise', 'missed']
  expect([1, 1.1, 1.2].map((atLeast) => verdictOf({ name: '', figure, atLeast }))).toEqual(verdicts)
  expect([1, 0.9, 0.8].map((atMost) => verdictOf({ name: '', figure, atMost }))).toEqual(verdicts)
  expect([1, 1.1, 1.2].map((atLeast) => isKept({ name: '', figure, atLeast }))).toEqual([true, true, false])
})

test('figures are as long as they are sure', () => {
  expect([0.123456, 12.3456, 123.456, 1234.56, 0].map(short)).toEqual(['0.123', '12.3', '123', '1,235', '0'])
})

/** Repeatable random numbers (mulberry32). */
function randoms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

test('a chart has a bar for each figure, and a whisker where it varies', () => {
  const bars = [
    { name: 'this toolkit', figure: { median: 1, low: 0.8, high: 2 } },
    { name: 'peer', figure: { median: 0.5, low: 0.5, high: 0.5 } },
  ]
  const drawn = barChart('Title', [{ name: 'group', bars }])
  expect(drawn).toContain('<title>Title</title>')
  expect([...drawn.matchAll(/<rect x="270" y="\d+" width="([\d.]+)"/g)].map(([, width]) => width)).toEqual([
    '270.0',
    '135.0',
  ])
  expect(drawn).toContain('<path d="M486.0 52H810.0"')
})
