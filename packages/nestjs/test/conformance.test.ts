import { createVerifier, defineScopes, dpopProofs, introspect } from '@auth/core'
import { type ConformanceConfig, type RunningApi, runAttacks, runConformance } from '@auth/testing'
import { Controller, Get, Module, type Type, UseGuards } from '@nestjs/common'
import { describe, expect, test } from 'vitest'
import { AuthModule, BearerGuard, RequireScopes, RequireStepUp } from '../src/index.js'
import { type Platform, platformNames, startApp } from './support/app.js'

class RoutesController {
  @Get('authenticated')
  @UseGuards(BearerGuard)
  authenticated() {
    return {}
  }

  @Get('read')
  @RequireScopes('accounts:read')
  read() {
    return {}
  }

  @Get('write')
  @RequireScopes('accounts:write')
  write() {
    return {}
  }
}

function appOf({ audience, realm, clockTolerance, jwt, opaque, dpop, stepUp }: ConformanceConfig): Type {
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
    scopes: defineScopes({ 'accounts:read': 'Read accounts', 'accounts:write': 'Write accounts' }),
  })
  @Controller()
  class AllRoutesController extends RoutesController {
    @Get('recent')
    @RequireScopes('accounts:read')
    @RequireStepUp(stepUp)
    recent() {
      return {}
    }
  }
  @Module({ imports: [AuthModule.forRoot(verifier)], controllers: [AllRoutesController] })
  class AppModule {}
  return AppModule
}

async function start(platform: Platform, config: ConformanceConfig): Promise<RunningApi> {
  const { app, url } = await startApp(platform, appOf(config))
  return { call: (route) => ({ method: 'GET', url: `${url}/${route}` }), close: () => app.close() }
}

describe.for(platformNames)('the conformance kit on %s', async (platform) => {
  const results = await runConformance((config) => start(platform, config), { dpop: true, stepUp: true })

  test('has cases', () => expect(results.length).toBeGreaterThan(30))

  test.for(results)('$name', ({ expected, seen }) => {
    expect(seen).toEqual(expected)
  })
})

describe.for(platformNames)('attacks on %s', async (platform) => {
  const results = await runAttacks((config) => start(platform, config), { dpop: true })

  test('are many', () => expect(results.length).toBeGreaterThan(300))

  test.for(results)('$id $about', ({ expected, seen }) => {
    expect(seen).toEqual(expected)
  })
})
