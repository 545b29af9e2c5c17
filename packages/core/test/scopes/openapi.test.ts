import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { alternativesOf } from '../../src/scopes/alternatives.js'
import { defineScopes } from '../../src/scopes/catalogue.js'
import type { OpenApiOptions } from '../../src/scopes/openapi.js'
import { allOf, anyOf, missingScopes, type Policy } from '../../src/scopes/policy.js'

const names = { 'accounts:read': 'Read accounts', 'accounts:write': 'Change accounts', admin: 'Anything' } as const
const scopes = defineScopes(names)
const tokenUrl = 'https://as.example.com/token'
const oauth2 = { type: 'oauth2', flows: { clientCredentials: { tokenUrl } } } as const

describe('a catalogue prints its scheme', () => {
  test('as OAuth 2.0, with every scope and what it allows', () => {
    const authorizationUrl = 'https://as.example.com/authorize'
    const flows = {
      clientCredentials: { tokenUrl },
      authorizationCode: { tokenUrl, authorizationUrl, refreshUrl: '/r' },
    }
    expect(scopes.toOpenApi({ type: 'oauth2', flows, description: 'Ours' }).securitySchemes).toEqual({
      oauth2: {
        type: 'oauth2',
        description: 'Ours',
        flows: {
          clientCredentials: { tokenUrl, scopes: names },
          authorizationCode: { tokenUrl, authorizationUrl, refreshUrl: '/r', scopes: names },
        },
      },
    })
  })

  test('as a bearer token, or by OpenID Connect', () => {
    const openIdConnectUrl = 'https://as.example.com/.well-known/openid-configuration'
    expect(scopes.toOpenApi({ type: 'http', bearerFormat: 'JWT', name: 'token' }).securitySchemes).toEqual({
      token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    })
    expect(scopes.toOpenApi({ type: 'openIdConnect', openIdConnectUrl }).securitySchemes).toEqual({
      openIdConnect: { type: 'openIdConnect', openIdConnectUrl },
    })
  })

  test.for<readonly [string, unknown, RegExp]>([
    ['nothing', undefined, /^toOpenApi takes/],
    ['another type', { type: 'apiKey' }, /^toOpenApi takes/],
    ['no flow', { type: 'oauth2', flows: {} }, /^flows names at least one/],
    ['no flows', { type: 'oauth2' }, /^flows names at least one/],
    ['an unknown flow', { type: 'oauth2', flows: { magic: { tokenUrl } } }, /^flows\.magic is none of/],
    [
      'a flow every object has',
      { type: 'oauth2', flows: { constructor: { tokenUrl } } },
      /^flows\.constructor is none/,
    ],
    [
      'a flow without its URL',
      { type: 'oauth2', flows: { clientCredentials: {} } },
      /^flows\.clientCredentials\.tokenUrl/,
    ],
    [
      'a URL the flow has not',
      { type: 'oauth2', flows: { clientCredentials: { tokenUrl, authorizationUrl: tokenUrl } } },
      /^flows\.clientCredentials has no authorizationUrl/,
    ],
    ['no URL', { type: 'openIdConnect' }, /^openIdConnectUrl is a URL/],
    ['a name with a blank', { type: 'http', name: 'a b' }, /^name is made of/],
  ])('but not for %s', ([, options, message]) => {
    expect(() => scopes.toOpenApi(options as OpenApiOptions)).toThrow(TypeError)
    expect(() => scopes.toOpenApi(options as OpenApiOptions)).toThrow(message)
  })
})

describe("a catalogue prints an operation's security", () => {
  const { security } = scopes.toOpenApi(oauth2)

  test('one entry for each way', () => {
    expect(security('admin')).toEqual([{ oauth2: ['admin'] }])
    expect(security(scopes.allOf('accounts:read', 'accounts:write'))).toEqual([
      { oauth2: ['accounts:read', 'accounts:write'] },
    ])
    expect(security(scopes.anyOf('admin', scopes.allOf('accounts:read', 'accounts:write')))).toEqual([
      { oauth2: ['admin'] },
      { oauth2: ['accounts:read', 'accounts:write'] },
    ])
    expect(security(scopes.allOf('accounts:read', scopes.anyOf('accounts:write', 'admin')))).toEqual([
      { oauth2: ['accounts:read', 'accounts:write'] },
      { oauth2: ['accounts:read', 'admin'] },
    ])
    expect(security()).toEqual([{ oauth2: [] }])
  })

  test('without scopes where OpenAPI 3.0 allows none', () => {
    const policy = scopes.anyOf('admin', 'accounts:read')
    expect(scopes.toOpenApi({ type: 'http' }).security(policy)).toEqual([
      { bearer: ['admin'] },
      { bearer: ['accounts:read'] },
    ])
    expect(scopes.toOpenApi({ type: 'http', version: '3.0' }).security(policy)).toEqual([{ bearer: [] }])
  })

  test('of known scopes only', () => {
    // @ts-expect-error: misspelt
    expect(() => security('accounts:raed')).toThrow("scope 'accounts:raed' is not in the catalogue")
    // @ts-expect-error: misspelt
    expect(() => security(anyOf('admni'))).toThrow("scope 'admni' is not in the catalogue")
    // @ts-expect-error: misspelt inside
    expect(() => security({ allOf: ['admin', { anyOf: ['x'] }] })).toThrow("scope 'x' is not in the catalogue")
    expectTypeOf(security()).toEqualTypeOf<readonly Readonly<Record<string, readonly (keyof typeof names)[]>>[]>()
  })
})

describe('the ways to satisfy a policy', () => {
  const letters = ['a', 'b', 'c', 'd', 'e'] as const
  const { policy: anyPolicy } = fc.letrec<{ policy: Policy }>((tie) => ({
    policy: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...letters),
      fc.array(tie('policy'), { minLength: 1, maxLength: 3 }).map(([first = 'a', ...rest]) => allOf(first, ...rest)),
      fc.array(tie('policy'), { minLength: 1, maxLength: 3 }).map(([first = 'a', ...rest]) => anyOf(first, ...rest)),
    ),
  }))

  test('are exactly those, and none asks for more than another', () => {
    fc.assert(
      fc.property(anyPolicy, fc.subarray([...letters]), (policy, granted) => {
        const ways = alternativesOf(policy)
        const holds = missingScopes(policy, granted).length === 0
        expect(ways.some((way) => way.every((scope) => granted.some((each) => each === scope)))).toBe(holds)
        for (const [i, way] of ways.entries()) {
          expect(new Set(way).size).toBe(way.length)
          expect(ways.some((other, j) => i !== j && other.every((scope) => way.includes(scope)))).toBe(false)
        }
      }),
      { seed: 71 },
    )
  })

  test('are bounded: a policy that multiplies is refused, at once', () => {
    const either = (i: number) => anyOf(`a${i}`, `b${i}`)
    const six = allOf(either(0), either(1), either(2), either(3), either(4), either(5))
    expect(alternativesOf(six)).toHaveLength(64)
    const many = Array.from({ length: 60 }, (_, i) => either(i))
    expect(() => alternativesOf(allOf(six, ...many))).toThrow(/more than 64 ways/)
  })
})
