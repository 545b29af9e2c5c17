import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createVerifier, type Verifier } from '@auth/core'
import {
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Injectable,
  Module,
  type Provider,
  type Type,
} from '@nestjs/common'
import { afterEach, describe, expect, test } from 'vitest'
import { AUTH_VERIFIER, AuthModule, type AuthOptionsFactory, createNestAuth, RequireScopes } from '../src/index.js'
import { call, startApp } from './support/app.js'
import { createIssuer, type Scope } from './support/issuer.js'

const issuer = await createIssuer()
const reader = await issuer.bearer('accounts:read')
const scopeless = await issuer.bearer('')

@Controller()
class AccountsController {
  @Get()
  @RequireScopes('accounts:read')
  list() {
    return []
  }
}

@Injectable()
class Settings {
  readonly auth = issuer.options
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class AuthOptions implements AuthOptionsFactory {
  readonly #settings: Settings

  constructor(@Inject(Settings) settings: Settings) {
    this.#settings = settings
  }

  async create() {
    return this.#settings.auth
  }
}

@Module({ imports: [SettingsModule], providers: [AuthOptions], exports: [AuthOptions] })
class AuthOptionsModule {}

type Imports = NonNullable<Parameters<typeof Module>[0]['imports']>

function appOf(imports: Imports, providers: Provider[] = []): Type {
  @Module({ imports, controllers: [AccountsController], providers })
  class AppModule {}
  return AppModule
}

const ways: readonly [name: string, imports: () => Imports][] = [
  ['forRoot with a verifier', () => [AuthModule.forRoot(issuer.verifier())]],
  ['forRoot with options', () => [AuthModule.forRoot(issuer.options)]],
  ['forRootAsync with useFactory', () => [AuthModule.forRootAsync({ useFactory: () => issuer.options })]],
  [
    'forRootAsync with useFactory that injects and waits',
    () => [
      AuthModule.forRootAsync({
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: async (settings: Settings) => createVerifier(settings.auth),
      }),
    ],
  ],
  ['forRootAsync with useClass', () => [AuthModule.forRootAsync({ imports: [SettingsModule], useClass: AuthOptions })]],
  [
    'forRootAsync with useExisting',
    () => [AuthModule.forRootAsync({ imports: [AuthOptionsModule], useExisting: AuthOptions })],
  ],
]

describe('AuthModule', () => {
  test.for(ways)('%s', async ([, imports]) => {
    await using running = await startApp('express', appOf(imports()))
    const answers = await Promise.all(
      [[], [scopeless], [reader]].map((authorization) => call(running.url, authorization)),
    )
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 200])
  })

  test('gives its verifier to whoever asks for it', async () => {
    const verifier = issuer.verifier()
    @Injectable()
    class Service {
      readonly verifier: Verifier<Scope>

      constructor(@Inject(AUTH_VERIFIER) verifier: Verifier<Scope>) {
        this.verifier = verifier
      }
    }
    await using running = await startApp('express', appOf([AuthModule.forRoot(verifier)], [Service]))
    expect(running.app.get(Service).verifier).toBe(verifier)
  })

  test.for<[isGlobal: boolean | undefined, starts: boolean]>([
    [undefined, true],
    [true, true],
    [false, false],
  ])('isGlobal: %s lets another module use the guards: %s', async ([isGlobal, starts]) => {
    @Module({ controllers: [AccountsController] })
    class FeatureModule {}
    @Module({ imports: [AuthModule.forRoot(issuer.options, { isGlobal }), FeatureModule] })
    class SyncModule {}
    @Module({ imports: [AuthModule.forRootAsync({ isGlobal, useFactory: () => issuer.options }), FeatureModule] })
    class AsyncModule {}
    for (const module of [SyncModule, AsyncModule]) {
      const started = startApp('express', module)
      if (starts) await (await started).app.close()
      else await expect(started).rejects.toThrow("can't resolve dependencies of the ScopeGuard")
    }
  })
})

describe('wrong options', () => {
  test('of forRoot are refused where it is called', () => {
    // @ts-expect-error: it does not compile either
    const define = (): unknown => AuthModule.forRoot({ issuer: 'https://as.example.test', audiance: 'https://a.test' })
    expect(define).toThrow(TypeError)
  })

  test.for<unknown>([null, 'https://as.example.test', 5])('%j is neither a verifier nor options', async (source) => {
    const message = /^expected a verifier or its options: \{ issuer/
    const refused = expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(message) })
    // For those who write JavaScript: whatever the types say.
    expect(() => Reflect.apply(AuthModule.forRoot, AuthModule, [source])).toThrow(refused)
    const module: DynamicModule = Reflect.apply(AuthModule.forRootAsync, AuthModule, [{ useFactory: () => source }])
    await expect(startApp('express', appOf([module]))).rejects.toThrow(refused)
  })

  test.for<unknown>([null, undefined, 'accounts:read', 5])('%j does not type decorators', (types) => {
    expect(() => Reflect.apply(createNestAuth, undefined, [types])).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringContaining('createNestAuth takes a verifier, its options or { scopes, claims }'),
      }),
    )
  })

  test('of a factory are refused when the application starts', async () => {
    const module = AuthModule.forRootAsync({ useFactory: () => ({ issuer: 'https://as.example.test' }) })
    await expect(startApp('express', appOf([module]))).rejects.toThrow(TypeError)
  })

  test.for<[name: string, options: Parameters<typeof AuthModule.forRootAsync>[0]]>([
    ['none', {}],
    ['two', { useFactory: () => issuer.options, useClass: AuthOptions }],
    ['two others', { useExisting: AuthOptions, useClass: AuthOptions }],
  ])('forRootAsync with %s of the three ways', ([, options]) => {
    expect(() => AuthModule.forRootAsync(options)).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringContaining('exactly one of useFactory, useClass and useExisting'),
      }),
    )
  })
})

describe('the environment', () => {
  const names = ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_JWKS_URI'] as const
  afterEach(() => {
    for (const name of names) delete process.env[name]
  })

  test.for<[name: string, imports: () => Imports]>([
    ['forRoot()', () => [AuthModule.forRoot()]],
    ['a factory that returns undefined', () => [AuthModule.forRootAsync({ useFactory: () => undefined })]],
  ])('is read by %s when the application starts, not before', async ([, imports]) => {
    const module = appOf(imports())
    const keys = await serve(issuer.options.jwks)
    const { issuer: as, audience } = issuer.options
    Object.assign(process.env, { AUTH_ISSUER: as, AUTH_AUDIENCE: audience, AUTH_JWKS_URI: keys.url })
    await using running = await startApp('express', module)
    expect(await call(running.url, [reader])).toMatchObject({ status: 200 })
    expect(await call(running.url, [scopeless])).toMatchObject({ status: 403 })
    keys.server.close()
  })

  test('that lacks a variable keeps the application from starting', async () => {
    await expect(startApp('express', appOf([AuthModule.forRoot()]))).rejects.toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining('AUTH_ISSUER') }),
    )
  })
})

async function serve(value: object): Promise<{ server: Server; url: string }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { server, url: `http://127.0.0.1:${address.port}/jwks` }
}
