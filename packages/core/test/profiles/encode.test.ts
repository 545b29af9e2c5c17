import { describe, expect, test } from 'vitest'
import { type ExchangeInput, encodeExchange } from '../../src/profiles/encode.js'
import type { Exchange } from '../../src/profiles/profile.js'

const url = 'https://as.example.com/token'
const parameters: ExchangeInput['parameters'] = [
  ['grant_type', 'client_credentials'],
  ['scope', 'a b'],
]

function encoded(exchange: Partial<Exchange>, input: Partial<ExchangeInput> = {}) {
  const {
    method,
    url: where,
    headers,
    body,
  } = encodeExchange({ url, ...exchange }, { values: {}, parameters, ...input })
  return { method, url: where.href, headers, body }
}

describe('encodeExchange', () => {
  test('a form by POST, unless something else is said', () => {
    expect(encoded({})).toEqual({
      method: 'POST',
      url,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials&scope=a+b',
    })
  })

  test('JSON', () => {
    expect(encoded({ body: 'json' })).toMatchObject({
      headers: { 'content-type': 'application/json' },
      body: '{"grant_type":"client_credentials","scope":"a b"}',
    })
  })

  test('JSON: what comes more than once is a list, and no name is special', () => {
    const more: ExchangeInput['parameters'] = [
      ['resource', 'a'],
      ['resource', 'b'],
      ['resource', 'c'],
      ['__proto__', 'd'],
    ]
    expect(encoded({ body: 'json' }, { parameters: more }).body).toBe('{"resource":["a","b","c"],"__proto__":"d"}')
  })

  test('the query', () => {
    const { url, body } = encoded({ method: 'GET', body: 'query' })
    expect(url).toBe('https://as.example.com/token?grant_type=client_credentials&scope=a+b')
    expect(body).toBeUndefined()
  })

  test('nothing', () => {
    expect(encoded({ body: 'none' })).toEqual({
      method: 'POST',
      url,
      headers: { accept: 'application/json' },
      body: undefined,
    })
  })

  test('parameters renamed and left out', () => {
    expect(encoded({ rename: { scope: 'scopes', grant_type: null } }).body).toBe('scopes=a+b')
  })

  test('extra ones: templates filled in, those that name something unset left out, none sent twice', () => {
    const extra = { tenant: '{+tenant}', region: '{+region}', debug: true, retries: 3, scope: 'never' }
    const { body } = encoded({ body: 'json', extra }, { values: { tenant: 'acme', region: '' } })
    expect(JSON.parse(body ?? '')).toEqual({
      grant_type: 'client_credentials',
      scope: 'a b',
      tenant: 'acme',
      debug: true,
      retries: 3,
    })
  })

  test("headers: the profile's, and those given on top", () => {
    const headers = { 'X-Tenant': '{+tenant}', Authorization: 'fixed' }
    expect(
      encoded({ headers }, { values: { tenant: 'acme' }, headers: { authorization: 'Basic x' } }).headers,
    ).toMatchObject({
      'x-tenant': 'acme',
      authorization: 'Basic x',
    })
  })

  test.for(['{+base}/token', 'http://as.example.com/token', 'nonsense'])('%s makes no usable URL', (template) => {
    expect(() => encoded({ url: template })).toThrow(TypeError)
  })
})

test('a header in two cases is one: what is added wins', () => {
  const exchange = { url: 'https://as.example.com/token', headers: { AUTHORIZATION: 'own' } }
  const input = { values: {}, parameters: [], headers: { Authorization: 'Basic x' } }
  expect(encodeExchange(exchange, input).headers).toMatchObject({ authorization: 'Basic x' })
  expect(new Headers(encodeExchange(exchange, input).headers).get('authorization')).toBe('Basic x')
})
