import { type AccessToken, BearerError, type RequestLike } from '@auth/core'
import { Controller, Get, Module, Post, UseGuards } from '@nestjs/common'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AuthModule, BearerGuard, Public, RequireScopes, ScopeGuard, Token } from '../src/index.js'
import { call, platformNames, type Running, respond, startApp } from './support/app.js'
import { createIssuer, scopes } from './support/issuer.js'

const issuer = await createIssuer()
const verifier = issuer.verifier()

@UseGuards(BearerGuard)
@Controller('me')
class MeController {
  @Get()
  show(@Token() token: AccessToken, @Token('subject') subject: string | undefined) {
    return { subject, scopes: token.scopes }
  }

  @Get('health')
  @Public()
  health() {
    return { status: 'ok' }
  }
}

@UseGuards(ScopeGuard)
@Controller('accounts')
class AccountsController {
  @Get()
  @RequireScopes('accounts:read')
  list() {
    return []
  }

  @Post()
  @RequireScopes('accounts:read', scopes.anyOf('accounts:write', 'cards:read'))
  create() {
    return {}
  }

  @Get('forgotten')
  forgotten() {
    return { secret: true }
  }

  @Get('health')
  @Public()
  health() {
    return { status: 'ok' }
  }
}

@RequireScopes('accounts:read')
@Controller('cards')
class CardsController {
  @Get()
  list() {
    return []
  }

  @Get('both')
  @RequireScopes('cards:read')
  both() {
    return []
  }

  @Get('health')
  @Public()
  health() {
    return { status: 'ok' }
  }
}

@Public()
@Controller('open')
class OpenController {
  @Get()
  list() {
    return []
  }

  @Get('closed')
  @RequireScopes('accounts:read')
  closed() {
    return []
  }
}

@Module({
  imports: [AuthModule.forRoot(verifier)],
  controllers: [MeController, AccountsController, CardsController, OpenController],
})
class AppModule {}

const reader = await issuer.bearer('accounts:read')
const writer = await issuer.bearer('accounts:read accounts:write')
const cards = await issuer.bearer('cards:read')
const scopeless = await issuer.bearer('')
const expired = await issuer.bearer('accounts:read', { exp: 1_700_000_000, iat: 1_600_000_000 })

/** What the core says about a request, with nothing of Nest in between. */
async function coreAnswer(authorization: readonly string[], policy?: Parameters<typeof verifier.authorize>[1]) {
  const rawHeaders = authorization.flatMap((value) => ['Authorization', value])
  const request: RequestLike = { headers: { authorization: authorization[0] }, rawHeaders }
  const error: unknown = await verifier.authenticate(request, { scopes: policy }).catch((thrown: unknown) => thrown)
  if (!(error instanceof BearerError)) throw new Error('the core accepts this request')
  const { status, headers, body } = error.answer
  return { status, challenge: new Map(headers).get('www-authenticate'), body }
}

describe.for(platformNames)('on %s', (platform) => {
  let running: Running
  beforeAll(async () => {
    running = await startApp(platform, AppModule)
  })
  afterAll(() => running.app.close())

  test.for<[name: string, method: string, path: string, authorization: string, status: number, body: unknown]>([
    ['a valid token', 'GET', '/me', scopeless, 200, { subject: 'ada', scopes: [] }],
    ['the scope', 'GET', '/accounts', reader, 200, []],
    ['every policy of one decorator', 'POST', '/accounts', writer, 201, {}],
    ["the class's scope", 'GET', '/cards', reader, 200, []],
    ["the handler's scope on a public class", 'GET', '/open/closed', reader, 200, []],
  ])('%s is enough', async ([, method, path, authorization, status, body]) => {
    const answer = await call(running.url + path, [authorization], method)
    expect({ ...answer, body: JSON.parse(answer.body) }).toEqual({ status, challenge: undefined, body })
  })

  test.for<[path: string, authorization: readonly string[]]>([
    ['/me/health', []],
    ['/accounts/health', []],
    ['/cards/health', []],
    ['/cards/health', ['Bearer garbage']],
    ['/open', []],
  ])('%s is public', async ([path, authorization]) => {
    expect(await call(running.url + path, authorization)).toMatchObject({ status: 200, challenge: undefined })
  })

  test.for<
    [
      name: string,
      method: string,
      path: string,
      authorization: readonly string[],
      policy?: 'accounts:read' | 'cards:read',
    ]
  >([
    ['no token', 'GET', '/me', []],
    ['no token', 'GET', '/accounts', []],
    ['no token', 'GET', '/cards', []],
    ['no token', 'GET', '/open/closed', []],
    ['no token', 'GET', '/accounts/forgotten', []],
    ['another scheme', 'GET', '/accounts', ['Basic dXNlcjpwYXNz']],
    ['no token behind the scheme', 'GET', '/accounts', ['Bearer']],
    ['two fields', 'GET', '/accounts', [reader, reader]],
    ['two fields with the same token', 'GET', '/me', [scopeless, scopeless]],
    ['garbage', 'GET', '/me', ['Bearer garbage']],
    ['an expired token', 'GET', '/accounts', [expired]],
    ['a missing scope', 'GET', '/accounts', [scopeless], 'accounts:read'],
    ["the class's scope missing", 'GET', '/cards/both', [cards], 'accounts:read'],
    ["the handler's scope missing", 'GET', '/cards/both', [reader], 'cards:read'],
    ["the handler's scope missing on a public class", 'GET', '/open/closed', [scopeless], 'accounts:read'],
  ])("%s: %s %s answers the core's answer", async ([, method, path, authorization, policy]) => {
    expect(await call(running.url + path, authorization, method)).toEqual(await coreAnswer(authorization, policy))
  })

  test('a policy of several parts names what is missing', async () => {
    expect(await call(`${running.url}/accounts`, [reader], 'POST')).toEqual({
      status: 403,
      challenge:
        'Bearer realm="accounts", error="insufficient_scope", error_description="The access token lacks a required scope", scope="accounts:write"',
      body: '{"error":"insufficient_scope","error_description":"The access token lacks a required scope"}',
    })
  })

  test('a policy on the class and one on the handler name what both miss', async () => {
    const { challenge } = await call(`${running.url}/cards/both`, [scopeless])
    expect(challenge).toContain('scope="accounts:read cards:read"')
  })

  test('a refusal is JSON and is not stored', async () => {
    const { headers } = await respond(`${running.url}/me`, [])
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' })
  })

  test('a handler without a policy is refused, and named once', async () => {
    const before = running.errors.filter((error) => error.includes('forgotten')).length
    const answers = [
      await call(`${running.url}/accounts/forgotten`, [writer]),
      await call(`${running.url}/accounts/forgotten`, [writer]),
    ]
    expect(answers).toEqual(
      Array(2).fill({ status: 403, challenge: undefined, body: expect.not.stringContaining('secret') }),
    )
    expect(running.errors.filter((error) => error.includes('forgotten')).slice(before)).toEqual([
      'AccountsController.forgotten is behind ScopeGuard with neither @RequireScopes(…) nor @Public(): every call is refused',
    ])
  })

  test.for(['//accounts', '/ACCOUNTS', '/accounts/', '/accounts?x=1', '/%61ccounts'])(
    '%s does not get around the guard',
    async (path) => {
      const { status } = await call(running.url + path)
      expect([401, 404]).toContain(status)
    },
  )

  test('HEAD is guarded as GET', async () => {
    expect(await call(`${running.url}/accounts`, [], 'HEAD')).toMatchObject({ status: 401 })
  })
})
