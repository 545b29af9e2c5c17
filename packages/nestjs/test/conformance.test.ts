import { isDeepStrictEqual } from 'node:util'
import { type ConformanceConfig, type RunningApi, runAttacks, runConformance } from '@auth/testing'
import { Controller, Get, Module, type Type, UseGuards } from '@nestjs/common'
import { describe, expect, test } from 'vitest'
import { AuthModule, BearerGuard, RequireScopes, RequireStepUp } from '../src/index.js'
import { type Platform, platformNames, startApp } from './support/app.js'
import { verifierFor } from './support/conformance.js'

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

function appOf(config: ConformanceConfig): Type {
  @Controller()
  class AllRoutesController extends RoutesController {
    @Get('recent')
    @RequireScopes('accounts:read')
    @RequireStepUp(config.stepUp)
    recent() {
      return {}
    }
  }
  @Module({ imports: [AuthModule.forRoot(verifierFor(config))], controllers: [AllRoutesController] })
  class AppModule {}
  return AppModule
}

async function start(platform: Platform, config: ConformanceConfig): Promise<RunningApi> {
  const { app, url } = await startApp(platform, appOf(config))
  return { call: (route) => ({ method: 'GET', url: `${url}/${route}` }), close: () => app.close() }
}

test.for(platformNames)('%s conforms', { timeout: 60_000 }, async (platform) => {
  const results = await runConformance({
    name: platform,
    start: (config) => start(platform, config),
    dpop: true,
    stepUp: true,
  })
  const differences = results.filter(({ expected, seen }) => !isDeepStrictEqual(seen, expected))
  console.info(`NestJS on ${platform}: ${results.length} cases, ${differences.length} differences`)
  expect(results.length).toBeGreaterThan(30)
  expect(differences).toEqual([])
})

describe.for(platformNames)('attacks on %s', async (platform) => {
  const results = await runAttacks({ start: (config) => start(platform, config), dpop: true })

  test('are many', () => expect(results.length).toBeGreaterThan(300))

  test.for(results)('$id $about', ({ expected, seen }) => {
    expect(seen).toEqual(expected)
  })
})
