import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJsonText } from '../src/json.js'
import { parseStrictJsonObject } from '../src/strict-json.js'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const parse = (text: string): unknown => parseStrictJsonObject(encode(text))

describe('strict JSON', () => {
  test('is all that JSON.stringify writes of an object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 8 })), (object) => {
        const text = JSON.stringify(object)
        expect(parse(text)).toEqual(JSON.parse(text))
      }),
      { seed: 21, numRuns: 500 },
    )
  })

  test('has no member twice, wherever it stands and however it is spelt', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 2 }), fc.nat(8), (name, value, depth) => {
        const escaped = `"${Array.from({ length: name.length }, (_, i) => `\\u${name.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`
        const twice = `{${JSON.stringify(name)}:${JSON.stringify(value)},${escaped}:1}`
        expect(parse(`${'{"a":['.repeat(depth)}${twice}${']}'.repeat(depth)}`)).toBeUndefined()
      }),
      { seed: 22, numRuns: 500 },
    )
  })

  test.for([
    '',
    ' ',
    '{',
    '{}x',
    '[]',
    'null',
    '1',
    '"{}"',
    "{'a':1}",
    '{"a":1,}',
    '{a:1}',
    '\ufeff{}',
    '{"a":NaN}',
    '{"a":01}',
  ])('is not %j', (text) => {
    expect(parse(text)).toBeUndefined()
  })

  test.for(['{}', ' { } ', '{"a":{},"b":{}}', '{"":1}', '{"a":"\\"}{\\\\"}', '{"a":"b","b":"a"}', '{"a" \n :1}'])(
    'is %j',
    (text) => {
      expect(parse(text)).toEqual(JSON.parse(text))
    },
  )

  test('is nested at most 32 deep', () => {
    const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    expect(parse(nested(32))).toBeDefined()
    expect(parse(nested(33))).toBeUndefined()
    expect(parse(nested(100_000))).toBeUndefined()
  })

  test.for([
    ['\\u0', '\\u0069ss', 'iss'],
    ['\\', '\\u0061', 'a'],
    ['https:\\/\\/as.examp', 'https:\\/\\/as.example', 'https://as.example'],
    ['\\ud83d\\u', '\\ud83d\\udca9-seven', '\u{1f4a9}-seven'],
  ] as const)('names a member %s before, and %s as what it is written for', ([before, written, name]) => {
    const first = `of ${name.length}`
    for (let i = 0; i < 3; i++) {
      parse(`{"${first}":[],${JSON.stringify(before)}:0}`)
      const text = `{"${first}":1,"${written}":2}`
      expect(Object.keys(parseJsonText(text) ?? {})).toEqual([first, name])
      expect(parse(text)).toEqual({ [first]: 1, [name]: 2 })
      expect(parse(`{"${first}":1,"${written}":2,"${name}":3}`)).toBeUndefined()
    }
  })

  test('is frozen at any depth', () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen))
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 8 })), (object) => {
        expect(isFrozen(parse(JSON.stringify(object)))).toBe(true)
      }),
      { seed: 23, numRuns: 200 },
    )
  })

  test.for(['{\\u0022a":1}', '{"a":\\u0031}', '{"a":1\\u007d', '{"a\\":1}', '{"\\x61":1}', '{"\\u00g1":1}'])(
    'is not %s',
    (text) => {
      expect(parse(text)).toBeUndefined()
    },
  )

  test('of half a megabyte in one string is read', () => {
    expect(parse(`{"a":"${'x\\"'.repeat(150_000)}"}`)).toBeDefined()
  })

  test('keeps __proto__ as a member like any other', () => {
    const object = parseStrictJsonObject(encode('{"__proto__":{"admin":true}}'))
    expect(object && Object.hasOwn(object, '__proto__')).toBe(true)
    expect(Reflect.get({}, 'admin')).toBeUndefined()
  })
})
