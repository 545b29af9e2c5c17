import type { AnyVerifier, VerifierEvent } from '@auth/core'
import { Controller, Get, Inject, Injectable, Module, type Provider, Scope, type Type, UseGuards } from '@nestjs/common'
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { describe, expect, test } from 'vitest'
import { AUTH_VERIFIER, AuthModule, BearerGuard, Public, RequireScopes, ScopeGuard, Token } from '../src/index.js'
import { call, platformNames, startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'

const issuer = await createIssuer()
const reader = await issuer.bearer('accounts:read')
const scopeless = await issuer.bearer('')

@Controller('accounts')
class AccountsController {
  @Get()
  @RequireScopes('accounts:read')
  list(@Token('clientId') clientId: string | undefined) {
    return { clientId }
  }

  @Get('me')
  me(@Token('subject') subject: string | undefined) {
    return { subject }
  }

  @Get('health')
  @Public()
  health() {
    return { status: 'ok' }
  }
}

/** A module of its own: the guards and their verifier are global. */
@Module({ controllers: [AccountsController] })
class AccountsModule {}

function appOf(providers: Provider[], onEvent?: (event: VerifierEvent) => void): Type {
  @Module({ imports: [AuthModule.forRoot(issuer.verifier(onEvent)), AccountsModule], providers })
  class AppModule {}
  return AppModule
}

describe.for(platformNames)('global guards on %s', (platform) => {
  test.for<[name: string, guard: Provider, statusOfMe: number]>([
    ['BearerGuard by useExisting', { provide: APP_GUARD, useExisting: BearerGuard }, 200],
    ['BearerGuard by useClass', { provide: APP_GUARD, useClass: BearerGuard }, 200],
    ['ScopeGuard by useExisting', { provide: APP_GUARD, useExisting: ScopeGuard }, 403],
    ['ScopeGuard by useClass', { provide: APP_GUARD, useClass: ScopeGuard }, 403],
  ])('%s', async ([, guard, statusOfMe]) => {
    await using running = await startApp(platform, appOf([guard]))
    const statuses = await Promise.all([
      call(`${running.url}/accounts`),
      call(`${running.url}/accounts`, [scopeless]),
      call(`${running.url}/accounts`, [reader]),
      call(`${running.url}/accounts/me`),
      call(`${running.url}/accounts/me`, [scopeless]),
      call(`${running.url}/accounts/health`),
      call(`${running.url}/nowhere`),
    ])
    expect(statuses.map(({ status }) => status)).toEqual([401, 403, 200, 401, statusOfMe, 200, 404])
  })

  test('app.useGlobalGuards', async () => {
    const prepare: Parameters<typeof startApp>[2] = (app) => app.useGlobalGuards(app.get(ScopeGuard))
    await using running = await startApp(platform, appOf([]), prepare)
    expect(await call(`${running.url}/accounts/me`)).toMatchObject({ status: 401 })
    expect(await call(`${running.url}/accounts/me`, [reader])).toMatchObject({ status: 403 })
    expect(await call(`${running.url}/accounts`, [reader])).toMatchObject({ status: 200, body: '{"clientId":"app"}' })
  })

  test('a token is verified once per request, however many guards there are', async () => {
    const events: string[] = []
    const guards = [BearerGuard, ScopeGuard, BearerGuard].map((useExisting) => ({ provide: APP_GUARD, useExisting }))
    await using running = await startApp(
      platform,
      appOf(guards, ({ type }) => events.push(type)),
    )
    expect(await call(`${running.url}/accounts`, [reader])).toMatchObject({ status: 200 })
    expect(await call(`${running.url}/accounts`, [scopeless])).toMatchObject({ status: 403 })
    expect(events).toEqual(['token_accepted', 'token_accepted', 'token_refused'])
  })

  test('a guard that is made for each request names a handler without a policy once', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class RequestGuard extends ScopeGuard {
      constructor(@Inject(AUTH_VERIFIER) verifier: AnyVerifier, @Inject(HttpAdapterHost) host: HttpAdapterHost) {
        super(verifier, host)
      }
    }
    const guard = { provide: APP_GUARD, useClass: RequestGuard, scope: Scope.REQUEST }
    await using running = await startApp(platform, appOf([guard]))
    const before = running.errors.length
    for (const _ of [1, 2, 3]) expect(await call(`${running.url}/accounts/me`, [reader])).toMatchObject({ status: 403 })
    expect(running.errors.slice(before)).toEqual([
      expect.stringContaining('AccountsController.me is behind ScopeGuard'),
    ])
  })

  test('an application may decide further in a subclass', async () => {
    @Injectable()
    class AdaGuard extends ScopeGuard {
      protected override permits(...[token, access, context]: Parameters<ScopeGuard['permits']>): boolean {
        return super.permits(token, access, context) && token.subject === 'ada'
      }
    }
    await using running = await startApp(platform, appOf([{ provide: APP_GUARD, useClass: AdaGuard }]))
    const eve = await issuer.bearer('accounts:read', { sub: 'eve' })
    expect(await call(`${running.url}/accounts`, [reader])).toMatchObject({ status: 200 })
    expect(await call(`${running.url}/accounts`, [eve])).toMatchObject({ status: 403, challenge: undefined })
  })

  test('a verifier that fails otherwise is not taken for a refusal', async () => {
    @Injectable()
    class BrokenGuard extends BearerGuard {
      protected override permits(): boolean {
        throw new RangeError('broken')
      }
    }
    await using running = await startApp(platform, appOf([{ provide: APP_GUARD, useClass: BrokenGuard }]))
    expect(await call(`${running.url}/accounts`, [reader])).toMatchObject({ status: 500, challenge: undefined })
    expect(running.errors.join()).toContain('broken')
  })

  test('@Token() without a guard is a mistake that is named', async () => {
    await using running = await startApp(platform, appOf([]))
    expect(await call(`${running.url}/accounts/me`, [reader])).toMatchObject({ status: 500 })
    expect(running.errors.join()).toContain('@Token() in AccountsController.me: no guard accepted a token')
  })

  test('two verifiers do not see each other’s tokens', async () => {
    const other = await createIssuer()
    @Injectable()
    class OtherGuard extends BearerGuard {
      constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
        super(other.verifier(), host)
      }
    }
    @UseGuards(BearerGuard, OtherGuard)
    @Controller()
    class TwiceController {
      @Get()
      show() {
        return {}
      }
    }
    @Module({ imports: [AuthModule.forRoot(issuer.verifier())], controllers: [TwiceController] })
    class TwiceModule {}
    await using running = await startApp(platform, TwiceModule)
    expect(await call(running.url, [reader])).toMatchObject({ status: 401 })
  })
})

describe('what is not HTTP', () => {
  const guards = [BearerGuard, ScopeGuard]

  test.for(['ws', 'rpc', 'graphql', 'something-new'])('%s is denied, unless it is public', async (type) => {
    await using running = await startApp('express', appOf([]))
    for (const guard of guards) {
      const at = (handler: 'list' | 'me' | 'health'): ExecutionContextHost => {
        const request = { headers: { authorization: reader } }
        const context = new ExecutionContextHost([request], AccountsController, AccountsController.prototype[handler])
        context.setType(type)
        return context
      }
      const seen = (['list', 'me', 'health'] as const).map((handler) => running.app.get(guard).canActivate(at(handler)))
      expect(await Promise.all(seen)).toEqual([false, false, true])
    }
  })
})
