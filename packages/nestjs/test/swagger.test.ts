import { createVerifier, defineScopes } from '@auth/core'
import { Controller, Get, Module, Post, UseGuards } from '@nestjs/common'
import { ApiSecurity, DocumentBuilder } from '@nestjs/swagger'
import { expect, test } from 'vitest'
import { AuthModule, BearerGuard, createNestAuth, OptionalAuth, Public, RequireScopes } from '../src/index.js'
import { createDocument } from '../src/swagger.js'
import { platformNames, startApp } from './support/app.js'
import { createIssuer, scopes } from './support/issuer.js'

const issuer = await createIssuer()
const partnerScopes = defineScopes({ 'orders:read': 'Read orders' })
const partners = createVerifier({ ...issuer.options, scopes: partnerScopes })
const forPartners = createNestAuth(partners, { verifier: 'partners' })

@Controller('accounts')
@RequireScopes('accounts:read')
class AccountsController {
  @Get()
  list() {}

  @Post()
  @RequireScopes('accounts:write')
  create() {}

  @Get('either')
  @RequireScopes(scopes.anyOf('accounts:write', 'cards:read'))
  either() {}

  @Get('health')
  @Public()
  health() {}

  @Get('greet')
  @OptionalAuth()
  greet() {}

  @Get('own')
  @ApiSecurity('cookie')
  own() {}
}

@Controller('me')
@UseGuards(BearerGuard)
class MeController {
  @Get()
  show() {}

  @Get('orders')
  @forPartners.RequireScopes('orders:read')
  orders() {}
}

@Controller('unguarded')
class UnguardedController {
  @Get()
  show() {}
}

@Module({
  imports: [AuthModule.forRoot(issuer.verifier()), AuthModule.forRoot(partners, { name: 'partners' })],
  controllers: [AccountsController, MeController, UnguardedController],
})
class AppModule {}

const config = new DocumentBuilder().setTitle('Accounts').build()
const security = scopes.toOpenApi({
  type: 'oauth2',
  flows: { clientCredentials: { tokenUrl: 'https://as.example.test/token' } },
})
const named = { partners: partnerScopes.toOpenApi({ type: 'http', name: 'partners' }) }

test.for(platformNames)('a document tells what each operation asks for, on %s', async (platform) => {
  await using running = await startApp(platform, AppModule)
  // Twice: nothing of it stays on the controllers.
  for (const _ of [1, 2]) {
    const { components, paths } = createDocument(running.app, config, { security, named })
    expect(components?.securitySchemes).toEqual({ ...security.securitySchemes, ...named.partners.securitySchemes })
    const of = (path: string, method: 'get' | 'post' = 'get'): unknown => paths[path]?.[method]?.security
    expect(of('/accounts')).toEqual([{ oauth2: ['accounts:read'] }])
    expect(of('/accounts', 'post')).toEqual([{ oauth2: ['accounts:read', 'accounts:write'] }])
    expect(of('/accounts/either')).toEqual([
      { oauth2: ['accounts:read', 'accounts:write'] },
      { oauth2: ['accounts:read', 'cards:read'] },
    ])
    expect(of('/accounts/health')).toBeUndefined()
    expect(of('/accounts/greet')).toEqual([{}, { oauth2: [] }])
    expect(of('/accounts/own')).toEqual([{ cookie: [] }])
    expect(of('/me')).toEqual([{ oauth2: [] }])
    expect(of('/me/orders')).toEqual([{ partners: ['orders:read'] }])
    expect(of('/unguarded')).toBeUndefined()
  }
})

test('a named verifier that is not described, and a scope of no catalogue, are mistakes', async () => {
  await using running = await startApp('express', AppModule)
  expect(() => createDocument(running.app, config, { security })).toThrow(
    new TypeError("MeController.orders uses the verifier 'partners', which named does not describe"),
  )
  expect(() => createDocument(running.app, config, { security: named.partners, named })).toThrow(
    new TypeError("scope 'accounts:read' is not in the catalogue"),
  )
  // What was noted before it failed is gone.
  expect(createDocument(running.app, config, { security, named }).paths['/me']?.get?.security).toEqual([{ oauth2: [] }])
})
