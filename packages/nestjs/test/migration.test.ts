import { readFileSync } from 'node:fs'
import {
  type AccessToken,
  allOf,
  anyOf,
  BearerError,
  createVerifier,
  dpopProofs,
  type VerifierOptions,
} from '@auth/core'
import { startAuthorizationServer } from '@auth/testing'
import { Controller, Get, type INestApplication, Injectable, Module, type Provider, UseGuards } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  AuthModule,
  BearerException,
  BearerGuard,
  OptionalAuth,
  Public,
  RequireScopes,
  ScopeGuard,
  Token,
  UseVerifier,
} from '../src/index.js'
import { call, respond, startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'

const issuer = await createIssuer()
const other = await createIssuer()
const now = Math.floor(Date.now() / 1000)
const ada = { status: 200, body: expect.stringContaining('ada') }
const refused = { status: 401, challenge: expect.stringContaining('error="invalid_token"') }

@Controller()
class HomeController {
  @Get()
  @UseGuards(BearerGuard)
  home(@Token() token: AccessToken) {
    return { subject: token.subject, claims: token.claims }
  }

  @Get('both')
  @RequireScopes(allOf('a:read', 'b:read'))
  both() {
    return {}
  }

  @Get('either')
  @RequireScopes(anyOf('a:read', 'b:read'))
  either() {
    return {}
  }

  @Get('optional')
  @OptionalAuth()
  optional(@Token('subject') subject: string | undefined) {
    return { subject: subject ?? 'stranger' }
  }

  @Get('open')
  @Public()
  open() {
    return {}
  }
}

/** What comes of one request to an API with these options. */
async function ask(
  options: Partial<VerifierOptions>,
  authorization?: string,
  {
    path = '',
    prepare = () => {},
    providers = [],
  }: {
    path?: string
    prepare?: (app: INestApplication) => void
    providers?: Provider[]
  } = {},
) {
  const verifier = createVerifier({ ...issuer.options, ...options })
  @Module({ imports: [AuthModule.forRoot(verifier)], controllers: [HomeController], providers })
  class AppModule {}
  await using running = await startApp('express', AppModule, prepare)
  return await call(`${running.url}/${path}`, authorization === undefined ? [] : [authorization])
}

const bearer = (claims?: Record<string, unknown>, scope = '') => issuer.bearer(scope, claims)

/** Each row of the README's tables by its first cell, and what shows that the second one is true. */
const rows: Readonly<Record<string, () => Promise<void>>> = {
  '`secretOrKey`, `secretOrKeyProvider`': async () => {
    await using server = await startAuthorizationServer({ profiles: ['portx'] })
    const { portx } = server.doorways
    const found = { issuer: portx.issuer, audience: server.audience, jwks: undefined }
    const authorization = `Bearer ${await portx.issue({ subject: 'ada' })}`
    expect(await ask(found, authorization)).toMatchObject(ada)
    expect(await ask({}, await bearer())).toMatchObject(ada)
    expect(() => createVerifier({ ...issuer.options, algorithms: ['HS256'] })).toThrow(TypeError)
  },
  '`fromAuthHeaderAsBearerToken()`': async () => {
    expect(await ask({}, await bearer())).toMatchObject(ada)
    expect(await ask({})).toMatchObject({ status: 401 })
  },
  'another `jwtFromRequest`': async () => {
    const [, token = ''] = (await bearer()).split(' ')
    const prepare = (app: INestApplication): void => {
      app.use((request: { headers: Record<string, string | undefined> }, _response: unknown, next: () => void) => {
        request.headers.authorization ??= `Bearer ${token}`
        next()
      })
    }
    expect(await ask({}, undefined, { prepare })).toMatchObject(ada)
    expect(await ask({}, 'Bearer garbage', { prepare })).toMatchObject(refused)
  },
  '`issuer`, `audience`, `algorithms`': async () => {
    expect(await ask({ issuer: 'https://other.example.test' }, await bearer())).toMatchObject(refused)
    expect(await ask({ audience: 'https://other.example.test' }, await bearer())).toMatchObject(refused)
    expect(await ask({ algorithms: ['RS256'] }, await bearer())).toMatchObject(refused)
    expect(() => createVerifier({ ...issuer.options, audience: undefined })).toThrow(TypeError)
  },
  '`ignoreExpiration`': async () => {
    expect(await ask({}, await bearer({ iat: now - 200, exp: now - 100 }))).toMatchObject(refused)
  },
  '`jsonWebTokenOptions`': async () => {
    const late = await bearer({ iat: now - 200, exp: now - 100 })
    expect(await ask({ clockTolerance: 250 }, late)).toMatchObject(ada)
    expect(await ask({ maxTokenAge: 60 }, await bearer({ iat: now - 200 }))).toMatchObject(refused)
  },
  '`validate(payload)`, `passReqToCallback`': async () => {
    const claims = z.object({ tenant: z.string() })
    expect(await ask({ claims }, await bearer())).toMatchObject(refused)
    expect(await ask({ claims }, await bearer({ tenant: 'acme' }))).toMatchObject(ada)
    @Injectable()
    class TenantGuard extends BearerGuard {
      protected override permits(...[token, , context]: Parameters<BearerGuard['permits']>): boolean {
        return context.switchToHttp().getRequest().url === `/?tenant=${Object(token.claims).tenant}`
      }
    }
    const providers = [{ provide: APP_GUARD, useClass: TenantGuard }]
    const acme = await bearer({ tenant: 'acme' })
    expect(await ask({}, acme, { path: '?tenant=acme', providers })).toMatchObject(ada)
    expect(await ask({}, acme, { path: '?tenant=other', providers })).toMatchObject({ status: 403 })
  },
  "`AuthGuard('jwt')`": async () => {
    expect(await ask({})).toMatchObject({ status: 401 })
    const providers = [{ provide: APP_GUARD, useExisting: ScopeGuard }]
    expect(await ask({}, undefined, { providers })).toMatchObject({ status: 401 })
    expect(await ask({}, undefined, { path: 'open', providers })).toMatchObject({ status: 200 })
  },
  "`AuthGuard(['jwt', 'partners'])`": async () => {
    const second = { ...other.options, issuer: 'https://partners.example.test' }
    const issuers = [issuer.options, second]
    const options = { issuer: undefined, jwks: undefined, issuers, audience: issuer.options.audience }
    const theirs = await other.bearer('', { iss: second.issuer })
    expect(await ask(options, await bearer())).toMatchObject(ada)
    expect(await ask(options, theirs)).toMatchObject(ada)
  },
  '`handleRequest` that lets strangers pass': async () => {
    expect(await ask({}, undefined, { path: 'optional' })).toMatchObject({
      status: 200,
      body: '{"subject":"stranger"}',
    })
    expect(await ask({}, 'Bearer garbage', { path: 'optional' })).toMatchObject(refused)
  },
  '`request.user`': async () => {
    expect(await ask({}, await bearer({ tenant: 'acme' }))).toMatchObject({
      status: 200,
      body: expect.stringMatching(/"subject":"ada".*"tenant":"acme"/),
    })
  },
  '`PassportModule.register({ defaultStrategy })`': async () => {
    @UseVerifier('partners')
    @Controller('partners')
    class PartnersController {
      @Get()
      show() {
        return {}
      }
    }
    const main = AuthModule.forRoot(issuer.verifier())
    const partners = AuthModule.forRoot(other.verifier(), { name: 'partners' })
    @Module({ imports: [main, partners], controllers: [HomeController, PartnersController] })
    class AppModule {}
    await using running = await startApp('express', AppModule)
    expect(await call(running.url, [await bearer()])).toMatchObject(ada)
    expect(await call(`${running.url}/partners`, [await other.bearer('')])).toMatchObject({ status: 200 })
    expect(await call(`${running.url}/partners`, [await bearer()])).toMatchObject(refused)
  },
  '`issuerBaseURL`, `issuer`, `jwksUri`': async () => {
    await using server = await startAuthorizationServer({ profiles: ['portx'] })
    const { portx } = server.doorways
    const authorization = `Bearer ${await portx.issue({ subject: 'ada' })}`
    const by = { issuer: portx.issuer, audience: server.audience }
    expect(await ask({ ...by, jwks: undefined }, authorization)).toMatchObject(ada)
    expect(await ask({ ...by, jwks: portx.jwksUri }, authorization)).toMatchObject(ada)
  },
  '`audience`': async () => {
    expect(await ask({ audience: ['https://a.example.test', issuer.options.audience] }, await bearer())).toMatchObject(
      ada,
    )
  },
  '`secret`': async () => {
    expect(() => createVerifier({ ...issuer.options, algorithms: ['HS256'] })).toThrow(TypeError)
  },
  '`tokenSigningAlg`': async () => {
    expect(await ask({ algorithms: ['ES256'] }, await bearer())).toMatchObject(ada)
    expect(await ask({ algorithms: ['RS256'] }, await bearer())).toMatchObject(refused)
  },
  '`clockTolerance`, `maxTokenAge`': async () => {
    expect(await ask({ clockTolerance: 250 }, await bearer({ iat: now - 200, exp: now - 100 }))).toMatchObject(ada)
    expect(await ask({ maxTokenAge: 60 }, await bearer({ iat: now - 200 }))).toMatchObject(refused)
  },
  '`strict`': async () => {
    const strict = { typ: ['at+jwt'], requiredClaims: ['sub', 'client_id', 'iat', 'jti'] }
    expect(await ask(strict, await bearer())).toMatchObject(refused)
    expect(await ask(strict, await bearer({ jti: 'one' }))).toMatchObject(ada)
  },
  '`authRequired: false`': async () => {
    expect(await ask({}, undefined, { path: 'optional' })).toMatchObject({ status: 200 })
    expect(await ask({}, 'Bearer garbage', { path: 'optional' })).toMatchObject(refused)
  },
  '`validators`, `claimEquals`': async () => {
    const require = [{ path: 'tenant', equals: 'acme' }] as const
    expect(await ask({ require }, await bearer())).toMatchObject(refused)
    expect(await ask({ require }, await bearer({ tenant: 'acme' }))).toMatchObject(ada)
  },
  '`claimIncludes`, `claimCheck`': async () => {
    @Injectable()
    class RoleGuard extends BearerGuard {
      protected override permits(token: AccessToken<string, object>): boolean {
        const { roles } = Object(token.claims)
        return Array.isArray(roles) && roles.includes('admin')
      }
    }
    const providers = [{ provide: APP_GUARD, useClass: RoleGuard }]
    expect(await ask({}, await bearer({ roles: ['user'] }), { providers })).toMatchObject({ status: 403 })
    expect(await ask({}, await bearer({ roles: ['user', 'admin'] }), { providers })).toMatchObject(ada)
  },
  '`cacheMaxAge`, `cooldownDuration`, `timeoutDuration`': async () => {
    await using server = await startAuthorizationServer({ profiles: ['portx'] })
    const { portx } = server.doorways
    const verifier = createVerifier({ issuer: portx.issuer, audience: server.audience, jwks: portx.jwksUri })
    @Module({ imports: [AuthModule.forRoot(verifier)], controllers: [HomeController] })
    class AppModule {}
    await using running = await startApp('express', AppModule)
    const authorization = [`Bearer ${await portx.issue({ subject: 'ada' })}`]
    for (const _ of [1, 2, 3]) expect(await call(running.url, authorization)).toMatchObject(ada)
    expect(portx.count('jwks')).toBe(1)
  },
  '`agent`': async () => {
    const fetched: string[] = []
    const through: typeof fetch = async (input) => {
      fetched.push(String(input))
      return Response.json(issuer.options.jwks)
    }
    const jwks = 'https://as.example.test/jwks'
    expect(await ask({ jwks, fetch: through }, await bearer())).toMatchObject(ada)
    expect(fetched).toEqual([jwks])
  },
  '`dpop`': async () => {
    const dpop = dpopProofs({ origin: 'https://api.example.test' })
    const bound = await bearer({ cnf: { jkt: 'A'.repeat(43) } })
    const { challenge } = await ask({ dpop }, bound.replace('Bearer', 'DPoP'))
    expect(challenge).toMatch(/DPoP .*error="invalid_dpop_proof"/)
  },
  '`requiredScopes`': async () => {
    expect(await ask({}, await bearer({}, 'a:read'), { path: 'both' })).toMatchObject({ status: 403 })
    expect(await ask({}, await bearer({}, 'a:read b:read'), { path: 'both' })).toMatchObject({ status: 200 })
  },
  '`scopeIncludesAny`': async () => {
    expect(await ask({}, await bearer({}, 'c:read'), { path: 'either' })).toMatchObject({ status: 403 })
    expect(await ask({}, await bearer({}, 'b:read'), { path: 'either' })).toMatchObject({ status: 200 })
  },
  '`req.auth`': async () => {
    expect(await ask({}, await bearer({ tenant: 'acme' }))).toMatchObject({ body: expect.stringContaining('acme') })
  },
  '`UnauthorizedError` and its kin': async () => {
    const error = new BearerException(new BearerError({ code: 'invalid_token', reason: 'why' }))
    expect([error.getStatus(), error.cause.code, error.cause.reason]).toEqual([401, 'invalid_token', 'why'])
    @Module({ imports: [AuthModule.forRoot(issuer.verifier())], controllers: [HomeController] })
    class AppModule {}
    await using running = await startApp('express', AppModule)
    const { headers } = await respond(running.url, [])
    expect(headers['www-authenticate']).toBe('Bearer realm="accounts"')
  },
}

describe('each row of the README', () => {
  test.for(Object.entries(rows))('%s', async ([, show]) => await show())

  test('is shown here', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const section = readme.slice(readme.indexOf('## Coming from'), readme.indexOf('## Errors'))
    const lines = section.split('\n').filter((line) => /^\| (?!.*\| here \|$)/.test(line))
    expect(lines.map((line) => line.split(' | ')[0]?.slice(2))).toEqual(Object.keys(rows))
  })
})
