import { describe, expect, test } from 'vitest'
import { expand, namesIn, wellFormed } from '../../src/profiles/template.js'

describe('expand', () => {
  test.for<
    readonly [template: string, values: Record<string, string | null | undefined>, expected: string | undefined]
  >([
    ['https://{host}/', { host: 'a b/c?d#e' }, 'https://a%20b%2Fc%3Fd%23e/'],
    ['{a}', { a: "!'()*-._~ü" }, '%21%27%28%29%2A-._~%C3%BC'],
    ['{+base}/token', { base: 'https://as.example.com/x' }, 'https://as.example.com/x/token'],
    ['x{/tenant}/y', { tenant: 'a/b' }, 'x/a%2Fb/y'],
    ['x{/tenant}/y', { tenant: '' }, 'x/y'],
    ['x{/tenant}/y', {}, 'x/y'],
    ['{a}', {}, undefined],
    ['{+a}', { a: '' }, undefined],
    ['{a}', { a: null }, undefined],
    ['{a}', { a: undefined }, undefined],
    ['/tokens/{id}', { id: '..' }, undefined],
    ['/tokens/{id}', { id: '.' }, undefined],
    ['x{/tenant}', { tenant: '..' }, undefined],
    ['{toString}', {}, undefined],
    ['{a}', { a: '{b}', b: 'x' }, '%7Bb%7D'],
    ['{a}', { a: '\ud800' }, '%EF%BF%BD'],
    ['{a}', { a: '\ufeffx' }, '%EF%BB%BFx'],
    ['{claims.tid}', { 'claims.tid': 'x' }, 'x'],
    ['no holes', {}, 'no holes'],
  ])('%s with %o', ([template, values, expected]) => {
    expect(expand(template, values)).toBe(expected)
  })
})

test('namesIn names them all', () => {
  expect(namesIn('{a}{+b}{/c}/{claims.d}')).toEqual(['a', 'b', 'c', 'claims.d'])
})

test.for([
  ['', true],
  ['no holes', true],
  ['{a}', true],
  ['{+a}/{b.c}{/d}', true],
  ['{', false],
  ['}', false],
  ['{a b}', false],
  ['{?q}', false],
  ['{}', false],
] as const)("that '%s' is well-formed is %s", ([template, expected]) => {
  expect(wellFormed.test(template)).toBe(expected)
})
