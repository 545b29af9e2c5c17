import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Schema } from '../../src/profiles/check.js'
import { parseProfile } from '../../src/profiles/index.js'
import { profileShape } from '../../src/profiles/schema.js'
import { checkProfile } from '../../src/profiles/validate.js'
import { profileJsonSchema } from '../support/profile-json-schema.js'

const schema = profileJsonSchema()
const accepts = new Ajv({ strictTypes: false }).compile(schema)

// The same cases each time: a test that fails must fail again.
fc.configureGlobal({ seed: 6749 })

const texts = [
  'https://as.example.com/token',
  '{+a}{/b}',
  'x-tenant',
  'Token',
  'a b',
  'a:b',
  '!#',
  'GET',
  'a"b',
  'é',
  '{',
  'x}y',
]
const scalars = [
  ...texts,
  'json',
  'query',
  'none',
  'token',
  'id',
  'bearer',
  'scheme',
  '',
  0,
  99,
  100,
  1.5,
  600,
  1e9,
  true,
  false,
  null,
  undefined,
]
const names = ['colour', '__proto__', 'constructor', 'method', 'body', 'by', 'url', 'token_endpoint', 'x y', 'header']

const url = 'https://as.example.com/token'
const minimal = {
  profile: 1,
  name: 'acme',
  grants: { client_credentials: { url } },
  defaultGrant: 'client_credentials',
} as const

const profiles: fc.Arbitrary<unknown> = conforming(profileShape).map(plain)

/** What the check says. A schema cannot know which names a template may use: there, and only there, it lets more pass. */
function isProfile(data: unknown): boolean {
  try {
    checkProfile(data)
    return true
  } catch (error) {
    const aboutNames = /which profile\.variables does not declare before it$|which a server answered; expected \{/
    return error instanceof TypeError && aboutNames.test(error.message)
  }
}

describe('profile.schema.json', () => {
  /** `pnpm --filter @auth/core schema` writes the file anew. */
  test('is what the check goes by', async () => {
    await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot('../../profile.schema.json')
  })

  test('describes every type and every member of it, so that editors help', () => {
    const types = Object.entries({ Profile: schema, ...schema.definitions })
    const silent = types.flatMap(([type, { description, properties = {} }]) => [
      ...(description === undefined ? [type] : []),
      ...Object.keys(properties)
        .filter((name) => properties[name]?.description === undefined)
        .map((name) => `${type}.${name}`),
    ])
    expect(silent).toEqual([])
    expect(types.length).toBeGreaterThan(8)
  })

  test.for<readonly [string, object]>([
    ['a GET with a form', { grants: { client_credentials: { url, method: 'GET' } } }],
    ['a GET for a refresh with a body', { refresh: { url, method: 'GET', body: 'json' } }],
    ['a default grant it lacks', { defaultGrant: 'password' }],
    ['a scheme without one', { present: { as: 'scheme' } }],
    ['a header without one', { present: { as: 'header' } }],
    ['a variable that would hide what is discovered', { variables: { token_endpoint: 'x' } }],
    ['a token in a URL', { verify: { tokens: 'opaque', introspection: { url, body: 'query' } } }],
    [
      'an echo of an id that was not asked for',
      { verify: { tokens: 'opaque', introspection: { url, echo: { id: 'id' } } } },
    ],
    ['a stray brace', { api: 'https://{host' }],
    ['a header that is none', { grants: { client_credentials: { url, headers: { 'x y': 'a' } } } }],
    ['a scope that is none', { scope: { default: ['a b'] } }],
    ['an unknown member', { colour: 'red' }],
  ])('refuses %s, as the check does', ([, data]) => {
    expect(isProfile({ ...minimal, ...data })).toBe(false)
    expect(accepts({ ...minimal, ...data })).toBe(false)
  })

  test('says of all data what the check says, of profiles and of what is nearly one', () => {
    const seen = { yes: 0, no: 0 }
    fc.assert(
      fc.property(fc.oneof(profiles, nearly(profiles)), (data) => {
        const expected = isProfile(data)
        seen[expected ? 'yes' : 'no']++
        expect(accepts(data), JSON.stringify(data)).toBe(expected)
      }),
      { numRuns: 1000 },
    )
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(50)
  })
})

describe('parseProfile', () => {
  test('makes a profile of a file, which may say where its schema is', () => {
    const acme = parseProfile({
      $schema: './profile.schema.json',
      ...minimal,
      variables: { tenant: null },
      api: '{+tenant}',
    })
    expect(acme({ tenant: 'https://blue.acme.example' })).toEqual({
      ...minimal,
      variables: { tenant: 'https://blue.acme.example' },
      api: '{+tenant}',
    })
    expect(() => acme()).toThrow("profile acme needs tenant: acme({ tenant: '…' })")
  })

  test.for<readonly [unknown, string]>([
    [JSON.stringify(minimal), 'profile is a long string; expected'],
    [null, 'profile is null; expected'],
    [[minimal], 'profile is a list; expected'],
    [{ ...minimal, grants: { client_credentials: {} } }, 'profile.grants.client_credentials.url is missing'],
    [JSON.parse('{"__proto__":{"profile":1}}'), 'profile.__proto__ is not known'],
    [{ ...minimal, $schema: 1 }, 'profile.$schema is 1; expected a string'],
  ])('refuses %j', ([json, message]) => {
    expect(() => parseProfile(json)).toThrow(TypeError)
    expect(() => parseProfile(json)).toThrow(message)
  })
})

/** Data of this shape. */
function conforming(shape: Schema): fc.Arbitrary<unknown> {
  if ('anyOf' in shape) return fc.oneof(...shape.anyOf.map(conforming))
  if ('enum' in shape) return fc.constantFrom(...shape.enum)
  if (shape.type === 'array') return fc.array(conforming(shape.items), { minLength: 1, maxLength: 2 })
  if (shape.type === 'number') return fc.integer({ min: shape.minimum, max: shape.maximum })
  if (shape.type === 'string')
    return fc.constantFrom(...texts.filter((text) => new RegExp(shape.pattern, 'u').test(text)))
  if (shape.type !== 'object')
    return fc.constantFrom(...scalars.filter((each) => shape.type.some((type) => typeof each === type)))
  const { properties, required = [], propertyNames, additionalProperties } = shape
  if (properties === undefined) {
    const names = propertyNames === undefined ? fc.constantFrom('id', 'token', '__proto__') : conforming(propertyNames)
    const values = conforming(additionalProperties || profileShape)
    return fc.array(fc.tuple(names.map(String), values), { maxLength: 2 }).map((entries) => Object.fromEntries(entries))
  }
  const members = Object.entries(properties).map(([name, each]) => {
    const value = conforming(each)
    return (required.includes(name) ? value : fc.option(value, { nil: undefined, freq: 2 })).map(
      (given) => [name, given] as const,
    )
  })
  return fc.tuple(...members).map((entries) => Object.fromEntries(entries))
}

/** The same with one thing changed, anywhere in it. */
function nearly(data: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.constantFrom<readonly unknown[]>(...scalars.map((each) => [each]), [[]], [{}], [[1]], [])
  return fc.tuple(data, fc.nat(), change, fc.constantFrom(...names)).map(([original, at, [value], name]) => {
    const copy: unknown = plain(original)
    const places = placesIn(copy)
    const [object, key] = places[at % places.length] ?? []
    if (object === undefined || key === undefined) return value
    if (at % 3 === 0)
      Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
    else if (value === undefined) Reflect.deleteProperty(object, key)
    else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
    return plain(copy)
  })
}

function placesIn(value: unknown): readonly (readonly [object, string])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => [[value, key] as const, ...placesIn(each)])
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
