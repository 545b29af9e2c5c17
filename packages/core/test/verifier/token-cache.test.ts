import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endOf, TokenCache } from '../../src/verifier/token-cache.js'

const tail = 'AbCdEfGhIjKl'

function cacheOf(maxEntries: number, maxBytes = Number.MAX_SAFE_INTEGER): TokenCache<number> {
  return new TokenCache({ maxEntries, maxBytes }, endOf)
}

/** The same without a map or a chain: every entry in one list, the oldest first. */
class PlainCache {
  entries: { token: string; value: number; bytes: number; used: boolean }[] = []
  readonly #maxEntries: number
  readonly #maxBytes: number

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.entries.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  get(token: string): number | undefined {
    const entry = this.entries.find((each) => each.token === token)
    if (entry !== undefined) entry.used = true
    return entry?.value
  }

  set(token: string, value: number, bytes: number): void {
    this.entries = this.entries.filter((each) => endOf(each.token) !== endOf(token))
    if (this.#maxEntries === 0 || bytes > this.#maxBytes) return
    while (this.entries.length >= this.#maxEntries || this.bytes + bytes > this.#maxBytes) this.#evict()
    this.entries.push({ token, value, bytes, used: false })
  }

  delete(token: string): void {
    this.entries = this.entries.filter((each) => each.token !== token)
  }

  /** The first that was not used since it was passed over, or the ninth. */
  #evict(): void {
    const unused = this.entries.findIndex(({ used }) => !used)
    const passed = this.entries.splice(0, unused === -1 ? 8 : Math.min(unused, 8))
    this.entries.push(...passed.map((entry) => ({ ...entry, used: false })))
    this.entries.shift()
  }
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

  test('has, within its bounds, what a list of all entries would have, whatever is done to it', () => {
    const token = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(20)).map(([head, n]) => `${head}${tail}${n}`)
    const act = fc.constantFrom('set', 'set', 'set', 'get', 'get', 'get', 'delete')
    const step = fc.record({ act, token, bytes: fc.nat(8), value: fc.nat() })
    const limits = fc.record({ maxEntries: fc.nat(20), maxBytes: fc.integer({ min: 1, max: 80 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), limits, (steps, { maxEntries, maxBytes }) => {
        const cache = cacheOf(maxEntries, maxBytes)
        const model = new PlainCache(maxEntries, maxBytes)
        for (const { act, token, bytes, value } of steps) {
          if (act === 'get') expect(cache.get(token)).toBe(model.get(token))
          for (const each of [cache, model]) {
            if (act === 'set') each.set(token, value, bytes)
            if (act === 'delete') each.delete(token)
          }
          expect([cache.size, cache.bytes]).toEqual([model.entries.length, model.bytes])
        }
      }),
      { seed: 10, numRuns: 200 },
    )
  })
})
