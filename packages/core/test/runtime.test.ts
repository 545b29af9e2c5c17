import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { once } from '../src/runtime.js'

/** Work that ends when it is told to, a new one each time. */
function pieces() {
  const ends: ((value: number | Error) => void)[] = []
  const make = (): Promise<number> =>
    new Promise((resolve, reject) => {
      ends.push((value) => (typeof value === 'number' ? resolve(value) : reject(value)))
    })
  return { ends, make }
}

describe('what is made once', () => {
  test('is made for all who ask meanwhile, and for those who ask later', async () => {
    const { ends, make } = pieces()
    const value = once(make)
    const [first, second] = [value(), value()]
    ends[0]?.(1)
    expect([await first, await second, await value()]).toEqual([1, 1, 1])
    expect(ends.length).toBe(1)
  })

  test('is made anew after a failure', async () => {
    const { ends, make } = pieces()
    const value = once(make)
    const failing = value()
    ends[0]?.(new Error('planted'))
    await expect(failing).rejects.toThrow('planted')
    const again = value()
    ends[1]?.(2)
    expect(await again).toBe(2)
  })

  test('is made anew where making it throws at once', async () => {
    const state: { isBroken: boolean } = { isBroken: true }
    const value = once(() => {
      if (state.isBroken) throw new Error('planted')
      return Promise.resolve(3)
    })
    await expect(value()).rejects.toThrow('planted')
    state.isBroken = false
    expect(await value()).toBe(3)
  })
})

describe('where requests must not wait for each other', () => {
  beforeEach(() => void vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' }))
  afterEach(() => void vi.unstubAllGlobals())

  test('each makes its own, and the first that is done counts for all', async () => {
    const { ends, make } = pieces()
    const value = once(make)
    const [first, second] = [value(), value()]
    expect(ends.length).toBe(2)
    ends[1]?.(2)
    expect(await second).toBe(2)
    ends[0]?.(1)
    expect([await first, await value()]).toEqual([2, 2])
    expect(ends.length).toBe(2)
  })
})
