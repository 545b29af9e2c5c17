import { describe, expect, test } from 'vitest'
import { Flights } from '../../src/cache/flights.js'
import { until } from '../../src/until.js'
import { errorOf } from '../support/client.js'

/** Work that ends when a test says so. */
function pending<T>() {
  let settle: { resolve: (value: T) => void; reject: (reason: unknown) => void } | undefined
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, resolve: (value: T) => settle?.resolve(value), reject: (reason: unknown) => settle?.reject(reason) }
}

describe('Flights', () => {
  test('one per key, joined by all; another key has its own', async () => {
    const flights = new Flights<number>()
    const work = pending<number>()
    let started = 0
    const start = () => {
      started++
      return work.promise
    }
    const joined = [flights.join('a', start), flights.join('a', start), flights.join('b', start)]
    work.resolve(7)
    expect(await Promise.all(joined)).toEqual([7, 7, 7])
    expect(started).toBe(2)
  })

  test('one that has landed, or crashed, is gone', async () => {
    const flights = new Flights<number>()
    expect(await flights.join('a', async () => 1)).toBe(1)
    expect(flights.current('a')).toBeUndefined()
    await errorOf(flights.join('a', () => Promise.reject(new Error('crashed'))))
    expect(await flights.join('a', async () => 2)).toBe(2)
  })
})

describe('until', () => {
  test('ends the waiting, not the work', async () => {
    const work = pending<number>()
    const leaving = new AbortController()
    const waiting = errorOf(until(work.promise, leaving.signal))
    leaving.abort(new Error('enough'))
    expect(await waiting).toMatchObject({ message: 'enough' })
    work.resolve(7)
    expect(await until(work.promise, undefined)).toBe(7)
  })

  test('yields what the work yields, or how it failed', async () => {
    const { signal } = new AbortController()
    expect(await until(Promise.resolve(7), signal)).toBe(7)
    expect(await errorOf(until(Promise.reject(new Error('no')), signal))).toMatchObject({ message: 'no' })
  })

  test('a signal that was aborted before wins', async () => {
    expect(await errorOf(until(Promise.resolve(7), AbortSignal.abort(new Error('enough'))))).toMatchObject({
      message: 'enough',
    })
  })
})
