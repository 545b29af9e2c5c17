import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64url as decodeOnNode } from '../src/base64url.node.js'
import { decodeBase64url as decodeElsewhere } from '../src/base64url.web.js'
import { randomFrom } from './verifier/differential/random.js'

const decoders = [
  ['on Node', decodeOnNode],
  ['elsewhere', decodeElsewhere],
] as const

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

describe.for(decoders)('base64url %s', ([, decode]) => {
  test('is read as it is written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(Uint8Array.from(decode(Buffer.from(bytes).toString('base64url')) ?? [])).toEqual(bytes)
      }),
      { seed: 31, numRuns: 500 },
    )
  })

  test('has one spelling of each value', () => {
    for (const first of alphabet) {
      const bytes = [...alphabet].flatMap((second) => [...(decode(first + second) ?? [])])
      expect(new Set(bytes).size).toBe(4)
      expect(bytes).toHaveLength(4)
    }
    expect([...alphabet].filter((last) => decode(`AA${last}`) !== undefined)).toHaveLength(16)
  })

  test.for([
    'A',
    'AAAAA',
    'AA==',
    'AAA=',
    'AA AA',
    'AAAA\n',
    'AA+A',
    'AA/A',
    'AAA\u0141',
    'AAA\u{1f4a5}',
    'AAA\ud800',
    '\0AAA',
  ])('is not %j', (text) => {
    expect(decode(text)).toBeUndefined()
  })
})

test('base64url has one verdict on every platform', () => {
  const random = randomFrom(32)
  const chars = [...alphabet]
  const strangers = ['=', '+', '/', '.', ' ', '\n', '\0', '~', '\u00c1', '\u0141', '\ud800', '\ufeff']
  const char = (): string => random.pick(random.below(40) === 0 ? strangers : chars)
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: random.below(40) }, char).join('')
    const [ours, theirs] = [decodeOnNode(text), decodeElsewhere(text)]
    expect([text, ours && hex(ours)]).toEqual([text, theirs && hex(theirs)])
  }
})

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
