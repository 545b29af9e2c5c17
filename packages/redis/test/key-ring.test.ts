import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyRing } from '../src/key-ring.js'

const key = (number: number) => new Uint8Array(32).fill(number)

describe('keyRing', () => {
  test('opens what it sealed, in its own context only', async () => {
    const ring = keyRing([key(1)])
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), async (text, context, other) => {
        const [id, sealed] = await ring.seal(text, context)
        expect(await ring.open(id, sealed, context)).toBe(text)
        if (other !== context) expect(await ring.open(id, sealed, other)).toBeNull()
      }),
      { seed: 38_04, numRuns: 100 },
    )
  })

  test('seals the same text differently each time', async () => {
    const ring = keyRing([key(1)])
    const sealed = await Promise.all(Array.from({ length: 20 }, () => ring.seal('text', 'context')))
    expect(new Set(sealed.map(([, each]) => each)).size).toBe(20)
  })

  test('opens nothing that was changed', async () => {
    const ring = keyRing([key(1)])
    const [id, sealed] = await ring.seal('a text', 'context')
    const bytes = Buffer.from(sealed, 'base64url')
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(await ring.open(id, changed.toString('base64url'), 'context')).toBeNull()
    }
    for (const short of ['', 'AA', sealed.slice(0, 20)]) expect(await ring.open(id, short, 'context')).toBeNull()
  })

  test('knows keys by what they are, not by where they stand', async () => {
    const [id, sealed] = await keyRing([key(1)]).seal('text', 'context')
    expect(await keyRing([key(2), key(1)]).open(id, sealed, 'context')).toBe('text')
    expect(await keyRing([key(2)]).open(id, sealed, 'context')).toBeUndefined()
    const inBase64 = Buffer.from(key(1)).toString('base64')
    expect(await keyRing([inBase64]).open(id, sealed, 'context')).toBe('text')
  })
})
