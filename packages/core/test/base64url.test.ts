import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64url as decodeOnNode, decodeBase64urlText as textOnNode } from '../src/base64url.node.js'
import { decodeBase64url as decodeElsewhere, decodeBase64urlText as textElsewhere } from '../src/base64url.web.js'
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

describe.for([
  ['on Node', textOnNode],
  ['elsewhere', textElsewhere],
] as const)('a text in base64url %s', ([, decode]) => {
  const encode = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64url')

  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        expect(decode(encode(text))).toBe(text)
      }),
      { seed: 33, numRuns: 500 },
    )
  })

  test.for([
    ['the sign for what is no text', '\ufffd'],
    ['a byte order mark', '\ufeff{}'],
    ['as long as a token can be', '\u00fc'.repeat(6144)],
    ['longer', '{"a":"\u00fc"}'.repeat(2000)],
    ['nothing', ''],
  ] as const)('may be %s', ([, text]) => {
    expect(decode(encode(text))).toBe(text)
  })

  test.for([
    ['half a character', [0x7b, 0xc3]],
    ['a character in too many bytes', [0xc0, 0xaf]],
    ['half of a pair', [0xed, 0xa0, 0x80]],
    ['a stray byte beside the sign for it', [0xef, 0xbf, 0xbd, 0xff]],
    ['a stray byte after much text', [...Array<number>(13_000).fill(0x20), 0xff]],
  ] as const)('is not %s', ([, bytes]) => {
    expect(decode(encode(Uint8Array.from(bytes)))).toBeUndefined()
  })

  test('leaves nothing behind for the next', () => {
    expect(decode(encode('a long text that came before'))).toBeDefined()
    expect(decode(encode('short'))).toBe('short')
  })

  test.for(['A', 'AA==', 'AA+A', 'AAA\u0141', 'AAAA\n', `${'A'.repeat(20_000)}\u0141`])('is not spelt %j', (text) => {
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
    expect([text, textOnNode(text)]).toEqual([text, textElsewhere(text)])
  }
})

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
