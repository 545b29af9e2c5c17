import type { AccessToken } from '@auth/core'
import { Controller, Get, Module, type Type, UseGuards } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { describe, expect, test } from 'vitest'
import { AuthModule, BearerGuard, OptionalAuth, RequireScopes, ScopeGuard, Token } from '../src/index.js'
import { call, platformNames, respond, startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'

const issuer = await createIssuer()
const reader = await issuer.bearer('accounts:read')
const scopeless = await issuer.bearer('')
const expired = await issuer.bearer('', { exp: 1_700_000_000, iat: 1_600_000_000 })

@Controller()
class GreetingController {
  @Get('greet')
  @OptionalAuth()
  greet(@Token('subject') subject: string | undefined) {
    return { hello: subject ?? 'stranger' }
  }
}

@OptionalAuth()
@Controller('shop')
class ShopController {
  @Get()
  show(@Token() token: AccessToken | undefined) {
    return { hello: token?.subject ?? 'stranger' }
  }

  @Get('orders')
  @RequireScopes('accounts:read')
  orders() {
    return []
  }
}

@UseGuards(ScopeGuard)
@Controller('nested')
class NestedController {
  @Get()
  @OptionalAuth()
  show(@Token('subject') subject: string | undefined) {
    return { hello: subject ?? 'stranger' }
  }
}

function appOf(guards: readonly (typeof BearerGuard)[]): Type {
  @Module({
    imports: [AuthModule.forRoot(issuer.verifier())],
    controllers: [GreetingController, ShopController, NestedController],
    providers: guards.map((useExisting) => ({ provide: APP_GUARD, useExisting })),
  })
  class AppModule {}
  return AppModule
}

const globals: readonly [name: string, guards: readonly (typeof BearerGuard)[]][] = [
  ['no global guard', []],
  ['BearerGuard everywhere', [BearerGuard]],
  ['ScopeGuard everywhere', [ScopeGuard]],
]

describe.for(platformNames)('on %s', (platform) => {
  test.for(globals)('absent is anonymous, present and bad is refused, with %s', async ([, guards]) => {
    await using running = await startApp(platform, appOf(guards))
    for (const path of ['/greet', '/shop', '/nested']) {
      const stranger = { status: 200, challenge: undefined, body: '{"hello":"stranger"}' }
      expect(await call(running.url + path)).toEqual(stranger)
      expect(await call(running.url + path, ['Basic dXNlcjpwYXNz'])).toEqual(stranger)
      expect(await call(running.url + path, [scopeless])).toMatchObject({ status: 200, body: '{"hello":"ada"}' })
      for (const [authorization, status, error] of [
        [[expired], 401, 'invalid_token'],
        [['Bearer garbage'], 401, 'invalid_token'],
        [['Bearer'], 400, 'invalid_request'],
        [[reader, reader], 400, 'invalid_request'],
      ] as const) {
        const answer = await respond(running.url + path, authorization)
        expect(answer).toMatchObject({ status, body: expect.stringContaining(`"error":"${error}"`) })
        expect(answer.headers['www-authenticate']).toContain(`error="${error}"`)
      }
    }
    expect(running.errors).toEqual([])
  })

  test('a handler with a policy is closed, in a class with optional authentication too', async () => {
    await using running = await startApp(platform, appOf([]))
    const statuses = await Promise.all(
      [[], [scopeless], [reader]].map((sent) => call(`${running.url}/shop/orders`, sent)),
    )
    expect(statuses.map(({ status }) => status)).toEqual([401, 403, 200])
  })
})
