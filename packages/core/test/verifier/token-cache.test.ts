import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endOf, TokenCache } from '../../src/verifier/token-cache.js'

const tail = 'AbCdEfGhIjKl'

function cacheOf(maxEntries: number, maxBytes = Number.MAX_SAFE_INTEGER): TokenCache<number> {
  return new TokenCache({ maxEntries, maxBytes }, endOf)
}

describe('a token cache', () => {
  test('compares the whole token: two that end alike are not each other, and share one slot', () => {
    const cache = cacheOf(10)
    cache.set(`one${tail}`, 1, 1)
    expect(cache.get(`two${tail}`)).toBeUndefined()
    cache.delete(`two${tail}`)
    expect(cache.get(`one${tail}`)).toBe(1)
    cache.set(`two${tail}`, 2, 5)
    expect(cache.get(`one${tail}`)).toBeUndefined()
    expect([cache.get(`two${tail}`), cache.size, cache.bytes]).toEqual([2, 1, 5])
  })

  test.for(['', 'a', '__proto__', 'constructor', tail])("knows the short token '%s' by itself", (token) => {
    const cache = cacheOf(2)
    expect(cache.get(token)).toBeUndefined()
    cache.set(token, 1, 1)
    expect(cache.get(token)).toBe(1)
    expect(cache.get(`x${token}`)).toBeUndefined()
  })

  test('G-10 evicts what was not asked for, and something even when all was', () => {
    const cache = cacheOf(20)
    const tokens = Array.from({ length: 40 }, (_, i) => `token-number-${i}`)
    for (const [i, token] of tokens.slice(0, 20).entries()) cache.set(token, i, 1)
    for (const token of tokens.slice(1, 20)) cache.get(token)
    cache.set(tokens[20] ?? '', 20, 1)
    expect(cache.get('token-number-0')).toBeUndefined()
    for (const token of tokens.slice(1, 21)) cache.get(token)
    for (const [i, token] of tokens.slice(21).entries()) cache.set(token, i, 1)
    expect(cache.size).toBe(20)
  })

  test('G-11 never holds more bytes than it may, nor anything that alone is more', () => {
    const cache = cacheOf(100, 10)
    cache.set('first-token-first', 1, 6)
    cache.set('second-token-second', 2, 6)
    expect([cache.get('first-token-first'), cache.get('second-token-second'), cache.bytes]).toEqual([undefined, 2, 6])
    cache.set('third-token-third', 3, 11)
    expect([cache.get('third-token-third'), cache.size]).toEqual([undefined, 1])
    cache.set('second-token-second', 2, 11)
    expect([cache.size, cache.bytes]).toEqual([0, 0])
  })

  test('G-10 holds a thousand of two hundred thousand tokens', () => {
    const cache = cacheOf(1000, 50_000)
    for (let i = 0; i < 200_000; i++) {
      cache.set(`a-token-of-some-length-${i}`, i, 100)
      if (i % 3 === 0) cache.get(`a-token-of-some-length-${i}`)
    }
    expect([cache.size, cache.bytes]).toEqual([500, 50_000])
    expect(cache.get('a-token-of-some-length-199999')).toBe(199_999)
  })

  test('holds nothing where nothing is allowed', () => {
    const cache = cacheOf(0)
    cache.set(tail, 1, 1)
    expect(cache.size).toBe(0)
  })

  test('stays within its bounds and answers only with what was set last, whatever is done to it', () => {
    const token = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(5)).map(([head, n]) => `${head}${tail}${n}`)
    const step = fc.record({ act: fc.constantFrom('set', 'get', 'delete'), token, bytes: fc.nat(12), value: fc.nat() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), fc.nat(4), (steps, maxEntries) => {
        const cache = cacheOf(maxEntries, 20)
        const last = new Map<string, number>()
        for (const { act, token, bytes, value } of steps) {
          if (act === 'set') {
            cache.set(token, value, bytes)
            last.set(token, value)
          } else if (act === 'delete') {
            cache.delete(token)
            last.delete(token)
          } else if (cache.get(token) !== undefined) expect(cache.get(token)).toBe(last.get(token))
          expect(cache.size).toBeLessThanOrEqual(maxEntries)
          expect(cache.bytes).toBeLessThanOrEqual(20)
          expect(cache.bytes).toBeGreaterThanOrEqual(0)
          expect(cache.size === 0 && cache.bytes > 0).toBe(false)
        }
      }),
    )
  })
})
