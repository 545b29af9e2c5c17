import { Controller, Get, Module, type Provider, type Type, UseGuards } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { describe, expect, test } from 'vitest'
import {
  AuthModule,
  BearerGuard,
  createNestAuth,
  OptionalAuth,
  Public,
  RequireScopes,
  RequireStepUp,
  ScopeGuard,
  StepUpGuard,
} from '../src/index.js'
import { call, platformNames, startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'

const issuer = await createIssuer()
const mfa = 'urn:example:mfa'
const now = Math.floor(Date.now() / 1000)
const strong = await issuer.bearer('accounts:read', { acr: mfa, auth_time: now })
const old = await issuer.bearer('accounts:read', { acr: mfa, auth_time: now - 3600 })
const weak = await issuer.bearer('accounts:read', { acr: 'pwd', auth_time: now })
const strongWithoutScope = await issuer.bearer('', { acr: mfa, auth_time: now })
const nothing = await issuer.bearer('')

const opening =
  'Bearer realm="accounts", error="insufficient_user_authentication", error_description="A more recent or stronger authentication is required"'
const acrChallenge = `${opening}, acr_values="urn:example:mfa"`
const ageChallenge = `${opening}, max_age="300"`
const scopeChallenge =
  'Bearer realm="accounts", error="insufficient_scope", error_description="The access token lacks a required scope", scope="accounts:read"'

@RequireStepUp({ acrValues: [mfa] })
@Controller('class')
class ByClass {
  @Get('plain')
  plain() {}

  @Get('both')
  @RequireStepUp({ maxAge: 300 })
  both() {}

  @Get('scoped')
  @RequireScopes('accounts:read')
  scoped() {}

  @Get('public')
  @Public()
  open() {}
}

@Controller('handler')
class ByHandler {
  @Get('above')
  @RequireStepUp({ maxAge: 300 })
  @RequireScopes('accounts:read')
  above() {}

  @Get('below')
  @RequireScopes('accounts:read')
  @RequireStepUp({ maxAge: 300 })
  below() {}

  @Get('authenticated')
  @RequireStepUp({ maxAge: 300 })
  @UseGuards(BearerGuard)
  authenticated() {}

  @Get('public')
  @Public()
  @RequireStepUp({ maxAge: 300 })
  open() {}

  @Get('optional')
  @OptionalAuth()
  @RequireStepUp({ maxAge: 300 })
  optional() {}

  @Get('free')
  @Public()
  free() {}
}

@Public()
@Controller('open')
class Opened {
  @Get('recent')
  @RequireStepUp({ maxAge: 300 })
  recent() {}
}

@Controller('extended')
class Extended extends ByClass {}

@RequireStepUp({ maxAge: 300 })
@Controller('narrowed')
class Narrowed extends ByClass {}

function appOf(providers: Provider[] = []): Type {
  @Module({
    imports: [AuthModule.forRoot(issuer.verifier())],
    controllers: [ByClass, ByHandler, Opened, Extended, Narrowed],
    providers,
  })
  class AppModule {}
  return AppModule
}

describe.for(platformNames)('@RequireStepUp on %s', async (platform) => {
  test.for<[path: string, authorization: string, status: number, challenge: string | undefined]>([
    ['class/plain', strong, 200, undefined],
    ['class/plain', old, 200, undefined],
    ['class/plain', weak, 401, acrChallenge],
    ['class/plain', nothing, 401, acrChallenge],
    ['class/both', strong, 200, undefined],
    ['class/both', old, 401, ageChallenge],
    ['class/both', weak, 401, acrChallenge],
    ['class/scoped', strong, 200, undefined],
    ['class/scoped', weak, 401, acrChallenge],
    ['class/scoped', strongWithoutScope, 403, scopeChallenge],
    ['class/scoped', nothing, 403, scopeChallenge],
    ['class/public', strong, 200, undefined],
    ['class/public', weak, 401, acrChallenge],
    ['handler/above', strong, 200, undefined],
    ['handler/above', old, 401, ageChallenge],
    ['handler/above', nothing, 403, scopeChallenge],
    ['handler/below', strong, 200, undefined],
    ['handler/below', old, 401, ageChallenge],
    ['handler/below', nothing, 403, scopeChallenge],
    ['handler/authenticated', strongWithoutScope, 200, undefined],
    ['handler/authenticated', nothing, 401, ageChallenge],
    ['handler/public', strong, 200, undefined],
    ['handler/public', old, 401, ageChallenge],
    ['handler/optional', strong, 200, undefined],
    ['handler/optional', old, 401, ageChallenge],
    ['open/recent', strong, 200, undefined],
    ['open/recent', old, 401, ageChallenge],
    ['extended/both', old, 401, ageChallenge],
    ['extended/plain', weak, 401, acrChallenge],
    ['narrowed/plain', old, 401, ageChallenge],
    ['narrowed/plain', weak, 401, acrChallenge],
  ])('%s, %#', async ([path, authorization, status, challenge]) => {
    await using running = await startApp(platform, appOf())
    expect(await call(`${running.url}/${path}`, [authorization])).toMatchObject({ status, challenge })
  })

  test('nobody gets in without a token, wherever @Public() or @OptionalAuth() stands', async () => {
    await using running = await startApp(platform, appOf())
    for (const path of [
      'class/plain',
      'class/public',
      'handler/below',
      'handler/public',
      'handler/optional',
      'open/recent',
    ]) {
      const body = '{"message":"Unauthorized"}'
      expect(await call(`${running.url}/${path}`)).toMatchObject({ status: 401, body })
    }
  })

  test.for<[name: string, guards: readonly Type[]]>([
    ['BearerGuard first', [BearerGuard, StepUpGuard]],
    ['BearerGuard last', [StepUpGuard, BearerGuard]],
    ['alone', [StepUpGuard]],
  ])('as a global guard, %s', async ([, guards]) => {
    const providers = guards.map((useExisting) => ({ provide: APP_GUARD, useExisting }))
    await using running = await startApp(platform, appOf(providers))
    expect(await call(`${running.url}/handler/below`, [strong])).toMatchObject({ status: 200 })
    expect(await call(`${running.url}/handler/below`, [old])).toMatchObject({ status: 401, challenge: ageChallenge })
    expect(await call(`${running.url}/handler/below`, [nothing])).toMatchObject({ challenge: scopeChallenge })
    expect(await call(`${running.url}/handler/free`)).toMatchObject({ status: 200 })
  })

  test('it is no policy: ScopeGuard refuses what has nothing else', async () => {
    await using running = await startApp(platform, appOf([{ provide: APP_GUARD, useExisting: ScopeGuard }]))
    expect(running.errors.join()).toContain('ByHandler.authenticated is behind ScopeGuard with neither')
    expect(await call(`${running.url}/handler/authenticated`, [strong])).toMatchObject({ status: 403 })
  })
})

test.for(['ws', 'rpc', 'graphql'])('%s is denied', async (type) => {
  await using running = await startApp('express', appOf())
  const context = new ExecutionContextHost([{}, {}], ByHandler, ByHandler.prototype.above)
  context.setType(type)
  expect(await running.app.get(StepUpGuard).canActivate(context)).toBe(false)
})

/** What tracing, caching and transaction decorators do. */
function wrapped(): MethodDecorator {
  return (_target: object, _key: string | symbol, descriptor: PropertyDescriptor): void => {
    descriptor.value = () => 'done'
  }
}

class Losing {
  @Get('lost')
  @wrapped()
  @RequireStepUp({ maxAge: 300 })
  lost() {}
}

class Overridden extends ByHandler {
  @Get('authenticated')
  override authenticated() {}
}

class Repeating extends ByHandler {
  @Get('authenticated')
  @RequireStepUp({ maxAge: 300 })
  override authenticated() {}
}

test.for<[name: string, base: Type, refused: string | undefined]>([
  ['replaces the method', Losing, 'Wrapped.lost: its @RequireScopes(…), @RequireStepUp(…)'],
  ['overrides the method', Overridden, 'Wrapped.authenticated: its @RequireScopes(…), @RequireStepUp(…)'],
  ['repeats it', Repeating, undefined],
])('what %s cannot lose it unseen', async ([, base, refused]) => {
  @Controller()
  class Wrapped extends base {}
  @Module({ imports: [AuthModule.forRoot(issuer.verifier())], controllers: [Wrapped] })
  class AppModule {}
  const started = startApp('express', AppModule)
  if (refused === undefined) await (await started).app.close()
  else await expect(started).rejects.toThrow(refused)
})

test('a decorator between two of ours hides none', async () => {
  @Controller('between')
  class Between {
    @Get()
    @RequireStepUp({ maxAge: 300 })
    @wrapped()
    @RequireStepUp({ acrValues: [mfa] })
    both() {}
  }
  @Module({ imports: [AuthModule.forRoot(issuer.verifier())], controllers: [Between] })
  class AppModule {}
  await using running = await startApp('express', AppModule)
  expect(await call(`${running.url}/between`, [weak])).toMatchObject({ challenge: acrChallenge })
  expect(await call(`${running.url}/between`, [old])).toMatchObject({ challenge: ageChallenge })
})

test('the bound decorator chooses its verifier', async () => {
  const partners = await createIssuer()
  const auth = createNestAuth(partners.verifier(), { verifier: 'partners' })
  @Controller('partners')
  class Partners {
    @Get()
    @auth.RequireStepUp({ acrValues: [mfa] })
    pay() {}
  }
  @Module({
    imports: [AuthModule.forRoot(issuer.verifier()), AuthModule.forRoot(partners.verifier(), { name: 'partners' })],
    controllers: [Partners],
  })
  class AppModule {}
  await using running = await startApp('express', AppModule)
  const theirs = await partners.bearer('', { acr: mfa })
  expect(await call(`${running.url}/partners`, [theirs])).toMatchObject({ status: 200 })
  expect(await call(`${running.url}/partners`, [await partners.bearer('')])).toMatchObject({ challenge: acrChallenge })
  expect(await call(`${running.url}/partners`, [strong])).toMatchObject({ status: 401 })
})

test('what asks for nothing is a TypeError where it is defined', () => {
  for (const define of [RequireStepUp, createNestAuth(issuer.verifier()).RequireStepUp]) {
    expect(() => define({})).toThrow(TypeError)
    expect(() => define({ maxAge: -1 })).toThrow('stepUp.maxAge is a whole number of seconds')
  }
})
