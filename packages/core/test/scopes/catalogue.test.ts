import { describe, expect, expectTypeOf, test } from 'vitest'
import { defineScopes } from '../../src/scopes/catalogue.js'

const portx = {
  'accounts:read': 'Read account information',
  'accounts:write': 'Create and modify accounts',
  'transactions:read': 'View transaction history',
} as const

describe('defineScopes', () => {
  const scopes = defineScopes(portx)

  test('knows its names and nothing else', () => {
    expect(scopes.names).toEqual(Object.keys(portx))
    expectTypeOf(scopes.names).toEqualTypeOf<readonly (keyof typeof portx)[]>()
    expect(scopes.has('accounts:read')).toBe(true)
    for (const name of ['accounts', 'accounts:read ', '__proto__', 'toString', '']) expect(scopes.has(name)).toBe(false)
    for (const part of [scopes, scopes.scopes, scopes.names]) expect(Object.isFrozen(part)).toBe(true)
  })

  test('is not changed by what happens to its source', () => {
    const source: Record<string, string> = { a: 'A' }
    const catalogue = defineScopes(source)
    source.b = 'B'
    expect(catalogue.has('b')).toBe(false)
  })

  test('drops what it does not know', () => {
    expect(scopes.expand(['other', 'accounts:read', 'accounts:read', '__proto__', '*', 'accounts:*'])).toEqual([
      'accounts:read',
    ])
    expect(scopes.expand([])).toEqual([])
  })

  test('makes policies of known scopes only', () => {
    expect(scopes.allOf('accounts:read', scopes.anyOf('accounts:write', 'transactions:read'))).toEqual({
      allOf: ['accounts:read', { anyOf: ['accounts:write', 'transactions:read'] }],
    })
    // @ts-expect-error: misspelt
    expect(() => scopes.anyOf('accounts:raed')).toThrow("scope 'accounts:raed' is not in the catalogue")
    // @ts-expect-error: empty
    expect(() => scopes.allOf()).toThrow(TypeError)
  })

  test.for<readonly [string, Record<string, string>, RegExp]>([
    ['nothing', {}, /at least one scope/],
    ['a blank', { 'a b': '' }, /'a b' holds a character/],
    ['a quote', { 'a"b': '' }, /RFC 6749/],
    ['a backslash', { 'a\\b': '' }, /RFC 6749/],
    ['an empty name', { '': '' }, /RFC 6749/],
    ['other letters', { zoë: '' }, /RFC 6749/],
    ['a wildcard', { 'a:*': '' }, /only be granted/],
  ])('refuses %s', ([, names, message]) => {
    expect(() => defineScopes(names)).toThrow(TypeError)
    expect(() => defineScopes(names)).toThrow(message)
  })
})

describe('implied scopes', () => {
  test('are brought along, over several steps and round circles', () => {
    const scopes = defineScopes(
      { admin: '', write: '', read: '', other: '' },
      { implies: { admin: ['write'], write: ['read'], read: ['admin'] } },
    )
    expect(new Set(scopes.expand(['read']))).toEqual(new Set(['read', 'admin', 'write']))
    expect(scopes.expand(['other'])).toEqual(['other'])
  })

  test('must be known', () => {
    // @ts-expect-error: unknown scope
    expect(() => defineScopes({ a: '' }, { implies: { a: ['b'] } })).toThrow("implies names 'b'")
    // @ts-expect-error: unknown scope
    expect(() => defineScopes({ a: '' }, { implies: { c: ['a'] } })).toThrow("implies names 'c'")
  })
})

describe('granted wildcards', () => {
  const names = {
    'orca.accounts.list.get': '',
    'orca.accounts.create': '',
    'orca.cards.list.get': '',
    'orca.accounts': '',
  }

  test('count where the catalogue says so', () => {
    expect(defineScopes(names, { wildcard: '*' }).expand(['orca.accounts.*'])).toEqual([
      'orca.accounts.list.get',
      'orca.accounts.create',
    ])
    expect(defineScopes(names, { wildcard: '*' }).expand(['orca.*'])).toEqual(Object.keys(names))
  })

  test('are plain names elsewhere', () => {
    expect(defineScopes(names).expand(['orca.accounts.*', 'orca.*'])).toEqual([])
  })

  test('bring implied scopes along', () => {
    const scopes = defineScopes({ 'a.x': '', b: '' }, { wildcard: '*', implies: { 'a.x': ['b'] } })
    expect(scopes.expand(['a.*'])).toEqual(['a.x', 'b'])
  })
})

test('names that every object has are names like any other', () => {
  const scopes = defineScopes({ constructor: 'A', ['__proto__']: 'B', toString: 'C', plain: 'D' })
  expect(scopes.names).toEqual(['constructor', '__proto__', 'toString', 'plain'])
  expect(scopes.expand(['constructor', '__proto__', 'hasOwnProperty'])).toEqual(['constructor', '__proto__'])
})

test.for<readonly [string, unknown, unknown, RegExp]>([
  ['nothing', undefined, undefined, /^defineScopes needs at least one scope/],
  ['null', null, undefined, /^defineScopes needs at least one scope/],
  ['options that are null', { a: 'A' }, null, /^the options of defineScopes/],
  ['implies as a text', { a: 'A' }, { implies: 'a' }, /^implies/],
  ['an implied text', { a: 'A', b: 'B' }, { implies: { a: 'b' } }, /^implies.a is a list/],
  ['an implied null', { a: 'A', b: 'B' }, { implies: { a: null } }, /^implies.a is a list/],
])('%s is refused', ([, names, options, message]) => {
  const define = () => defineScopes(names as { a: string }, options as { implies: { a: ['a'] } })
  expect(define).toThrow(TypeError)
  expect(define).toThrow(message)
})
