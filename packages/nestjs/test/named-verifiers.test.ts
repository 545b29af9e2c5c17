import { createVerifier, defineScopes, type Verifier } from '@auth/core'
import { Controller, type DynamicModule, Get, Injectable, Module, type Type } from '@nestjs/common'
import { APP_GUARD, REQUEST } from '@nestjs/core'
import { describe, expect, test } from 'vitest'
import {
  AuthModule,
  createNestAuth,
  getVerifierToken,
  InjectVerifier,
  OptionalAuth,
  Public,
  RequireScopes,
  ScopeGuard,
  Token,
  UseVerifier,
} from '../src/index.js'
import { call, platformNames, startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'

const staff = await createIssuer()
const partner = await createIssuer()
const partners = createVerifier({
  ...partner.options,
  realm: 'partners',
  scopes: defineScopes({ 'orders:read': 'Read orders' }),
})
const tokens = {
  none: [],
  staff: [await staff.bearer('accounts:read')],
  partner: [await partner.bearer('orders:read')],
  scopeless: [await partner.bearer('')],
}

const auth = createNestAuth(partners, { verifier: 'partners' })

@Controller('accounts')
class AccountsController {
  @Get()
  @RequireScopes('accounts:read')
  list() {
    return []
  }

  @Get('orders')
  @auth.RequireScopes('orders:read')
  orders(@auth.Token('scopes') scopes: readonly 'orders:read'[]) {
    return scopes
  }
}

@UseVerifier('partners')
@Controller('partners')
class PartnersController {
  @Get()
  show(@Token('subject') subject: string | undefined) {
    return { subject }
  }

  @Get('orders')
  @RequireScopes('orders:read')
  orders() {
    return []
  }

  @Get('greet')
  @OptionalAuth()
  greet(@Token('subject') subject: string | undefined) {
    return { subject }
  }

  @Get('open')
  @Public()
  open() {
    return {}
  }
}

type Imports = readonly DynamicModule[]

const byOptions: Imports = [AuthModule.forRoot(staff.verifier()), AuthModule.forRoot(partners, { name: 'partners' })]
const byFactories: Imports = [
  AuthModule.forRootAsync({ useFactory: () => staff.verifier() }),
  AuthModule.forRootAsync({ name: 'partners', useFactory: async () => partners }),
]

function appOf(imports: Imports, providers: NonNullable<Parameters<typeof Module>[0]['providers']> = []): Type {
  @Module({ controllers: [AccountsController, PartnersController] })
  class FeatureModule {}
  @Module({ imports: [...imports, FeatureModule], providers })
  class AppModule {}
  return AppModule
}

describe.for(platformNames)('on %s', (platform) => {
  test.for<[name: string, imports: Imports]>([
    ['forRoot', byOptions],
    ['forRootAsync', byFactories],
  ])('each handler accepts the tokens of its own verifier, by %s', async ([, imports]) => {
    await using running = await startApp(platform, appOf(imports))
    const table = async (path: string): Promise<(number | undefined)[]> => {
      const { none, staff, partner, scopeless } = tokens
      const sent = [none, staff, partner, scopeless].map((token) => call(running.url + path, token))
      return (await Promise.all(sent)).map(({ status }) => status)
    }
    expect(await table('/accounts')).toEqual([401, 200, 401, 401])
    expect(await table('/accounts/orders')).toEqual([401, 401, 200, 403])
    expect(await table('/partners')).toEqual([401, 401, 200, 200])
    expect(await table('/partners/orders')).toEqual([401, 401, 200, 403])
    expect(await table('/partners/greet')).toEqual([200, 401, 200, 200])
    expect(await table('/partners/open')).toEqual([200, 200, 200, 200])
    expect((await call(`${running.url}/partners`)).challenge).toBe('Bearer realm="partners"')
    expect((await call(`${running.url}/accounts/orders`, tokens.scopeless)).challenge).toContain('scope="orders:read"')
  })

  test('a global guard follows the choice', async () => {
    await using running = await startApp(platform, appOf(byOptions, [{ provide: APP_GUARD, useExisting: ScopeGuard }]))
    expect(await call(`${running.url}/partners/orders`, tokens.partner)).toMatchObject({ status: 200 })
    expect(await call(`${running.url}/partners/orders`, tokens.staff)).toMatchObject({ status: 401 })
    expect(await call(`${running.url}/accounts`, tokens.staff)).toMatchObject({ status: 200 })
  })
})

test('a named verifier can be injected', async () => {
  @Injectable()
  class Service {
    readonly verifiers: readonly Verifier[]

    constructor(@InjectVerifier() main: Verifier, @InjectVerifier('partners') partners: Verifier) {
      this.verifiers = [main, partners]
    }
  }
  await using running = await startApp('express', appOf(byOptions, [Service]))
  expect(running.app.get(Service).verifiers[1]).toBe(partners)
  expect(running.app.get(Service).verifiers[0]).toBe(running.app.get(getVerifierToken()))
})

test.for<[name: string, imports: Imports, message: string]>([
  [
    'a verifier that nobody named',
    [AuthModule.forRoot(staff.verifier())],
    "AccountsController.orders: no verifier is named 'partners'; add AuthModule.forRoot(…, { name: 'partners' })",
  ],
  [
    'two verifiers of one name',
    [...byOptions, AuthModule.forRoot(staff.verifier(), { name: 'partners' })],
    "two verifiers are named 'partners'",
  ],
  [
    'a named verifier that would be made for each request',
    [
      AuthModule.forRoot(staff.verifier()),
      AuthModule.forRootAsync({ name: 'partners', inject: [REQUEST], useFactory: () => partners }),
    ],
    'inject nothing that is request-scoped',
  ],
])('%s keeps the application from starting', async ([, imports, message]) => {
  await expect(startApp('express', appOf(imports)).then(({ app }) => app.close())).rejects.toThrow(message)
})

test('an empty name is refused where it is written', () => {
  for (const define of [
    () => AuthModule.forRoot(partners, { name: '' }),
    () => AuthModule.forRootAsync({ name: '', useFactory: () => partners }),
    () => createNestAuth(partners, { verifier: '' }),
  ]) {
    expect(define).toThrow(new TypeError("a verifier's name is a text: 'partners' for instance"))
  }
})
