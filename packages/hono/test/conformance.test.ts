import { isDeepStrictEqual } from 'node:util'
import { createVerifier, dpopProofs, introspect, type StepUp } from '@auth/core'
import { type ConformanceConfig, type RunningApi, runAttacks, runConformance } from '@auth/testing'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { bearer, createHonoAuth, requireScopes, requireStepUp, type VerifierSource } from '../src/index.js'
import { type Scope, scopes } from './support/issuer.js'
import { type AnyApp, listen, whoAmI } from './support/server.js'

type Build = (source: VerifierSource<Scope, object>, stepUp: StepUp) => AnyApp

const ways: readonly (readonly [string, Build])[] = [
  [
    'bearer() and requireScopes()',
    (source, stepUp) =>
      new Hono()
        .use(bearer(source))
        .get('/authenticated', whoAmI)
        .get('/read', requireScopes('accounts:read'), whoAmI)
        .get('/write', requireScopes('accounts:write'), whoAmI)
        .get('/recent', requireScopes('accounts:read'), requireStepUp(stepUp), whoAmI),
  ],
  [
    'createHonoAuth()',
    (source, stepUp) => {
      const auth = createHonoAuth(source)
      return new Hono()
        .get('/authenticated', auth.bearer(), whoAmI)
        .get('/read', auth.requireScopes('accounts:read'), whoAmI)
        .get('/write', auth.requireScopes('accounts:write'), whoAmI)
        .get('/recent', auth.requireScopes('accounts:read'), auth.requireStepUp(stepUp), whoAmI)
    },
  ],
]

test.for(ways)('%s conforms', async ([name, build]) => {
  const results = await runConformance({ name, start: (config) => start(build, config), dpop: true, stepUp: true })
  const differences = results.filter(({ expected, seen }) => !isDeepStrictEqual(seen, expected))
  console.info(`Hono, ${name}: ${results.length} cases, ${differences.length} differences`)
  expect(results.length).toBeGreaterThan(30)
  expect(differences).toEqual([])
})

describe.for(ways)('%s stands attacks', async ([, build]) => {
  const results = await runAttacks({ start: (config) => start(build, config), dpop: true })

  test('which are many', () => expect(results.length).toBeGreaterThan(300))

  test.for(results)('$id $about', ({ expected, seen }) => {
    expect(seen).toEqual(expected)
  })
})

async function start(
  build: Build,
  { audience, realm, clockTolerance, jwt, opaque, dpop, stepUp }: ConformanceConfig,
): Promise<RunningApi> {
  const { issuer, introspectionEndpoint: endpoint, clientId, clientSecret } = opaque
  const verifier = createVerifier({
    issuers: [
      { issuer: jwt.issuer, jwks: jwt.jwksUri },
      { issuer, introspection: introspect({ endpoint, clientId, clientSecret }) },
    ],
    audience,
    realm,
    clockTolerance,
    dpop: dpop && dpopProofs(dpop),
    scopes,
  })
  const server = await listen(build(verifier, stepUp))
  return {
    call: (route) => ({ method: 'GET', url: `${server.url}/${route}` }),
    close: async () => await server[Symbol.asyncDispose](),
  }
}
