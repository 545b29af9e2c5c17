import { once } from 'node:events'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { createTokenClient, type TokenClient, type TokenClientOptions } from '@auth/core'
import { portx } from '@auth/core/profiles'
import { type AuthorizationServer, startAuthorizationServer } from '@auth/testing'
import { HttpModule, HttpService } from '@nestjs/axios'
import { type DynamicModule, Inject, Injectable, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { firstValueFrom } from 'rxjs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authorizedAxios, getTokenClientToken, InjectTokenClient, TokenModule } from '../src/index.js'

interface Seen {
  readonly method: string | undefined
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly body: string
}

let server: AuthorizationServer
let options: TokenClientOptions
let url: string
let seen: Seen[] = []
let refusals = 0

const api = createServer(async (request, response) => {
  const { authorization, 'content-type': contentType } = request.headers
  seen.push({ method: request.method, authorization, contentType, body: (await buffer(request)).toString() })
  const refused = refusals > 0
  if (refused) refusals--
  response.writeHead(refused ? 401 : 200, { 'content-type': 'application/json' }).end('{"ok":true}')
})

beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portx'] })
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const address = api.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  url = `http://127.0.0.1:${address.port}`
  const { base, client } = server.doorways.portx
  const { clientId, clientSecret } = client
  options = { profile: portx({ base }), clientId, clientSecret, scope: 'accounts:read', allowedOrigins: [url] }
})
afterAll(async () => {
  api.close()
  await server.close()
})
beforeEach(() => {
  seen = []
  refusals = 0
})

@Injectable()
class Accounts {
  readonly orca: TokenClient

  constructor(@InjectTokenClient('orca') orca: TokenClient) {
    this.orca = orca
  }
}

@Module({ providers: [Accounts] })
class AccountsModule {}

@Injectable()
class Settings {
  get orca(): TokenClientOptions {
    return options
  }
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

/** A module that uses the client without importing anything: it is global. */
async function start(...imports: readonly DynamicModule[]) {
  @Module({ imports: [...imports, AccountsModule] })
  class AppModule {}
  return await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false })
}

describe('TokenModule', () => {
  test.for<[name: string, module: () => DynamicModule]>([
    ['forRoot with options', () => TokenModule.forRoot({ clients: { orca: options } })],
    [
      'forRootAsync with a factory',
      () => TokenModule.forRootAsync({ clients: { orca: { useFactory: async () => options } } }),
    ],
    [
      'forRootAsync with a factory that injects',
      () =>
        TokenModule.forRootAsync({
          imports: [SettingsModule],
          clients: { orca: { inject: [Settings], useFactory: (settings: Settings) => settings.orca } },
        }),
    ],
  ])('%s: the client is injected, sends its token, and is closed with the application', async ([, module]) => {
    const app = await start(module())
    const { orca } = app.get(Accounts)
    expect((await orca.fetch(`${url}/accounts`)).status).toBe(200)
    expect(seen).toEqual([expect.objectContaining({ authorization: expect.stringMatching(/^Bearer ey/) })])
    await app.close()
    await expect(orca.getToken()).rejects.toMatchObject({ code: 'client_closed' })
  })

  test('a client that was handed in is left open', async () => {
    const orca = createTokenClient(options)
    const app = await start(TokenModule.forRoot({ clients: { orca } }))
    expect(app.get(Accounts).orca).toBe(orca)
    await app.close()
    expect(await orca.getToken()).toMatchObject({ tokenType: 'Bearer' })
    orca.close()
  })

  test('several clients, each by its name, those of one application apart from those of another', async () => {
    const module = TokenModule.forRoot({ clients: { orca: options, beluga: { ...options, scope: 'cards:read' } } })
    const [first, second] = [await start(module), await start(module)]
    await first.close()
    const beluga: TokenClient = second.get(getTokenClientToken('beluga'), { strict: false })
    expect((await beluga.getToken()).scope).toBe('cards:read')
    await second.close()
  })

  test('wrong options keep the application from starting, and the client is named', async () => {
    await expect(start(TokenModule.forRoot({ clients: { orca: { clientId: 'x' } } }))).rejects.toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(/^the token client 'orca': /) }),
    )
    expect(() => TokenModule.forRoot({ clients: {} })).toThrow(TypeError)
  })
})

describe('HttpService', () => {
  @Injectable()
  class Orca {
    readonly http: HttpService

    constructor(@Inject(HttpService) http: HttpService) {
      this.http = http
    }
  }

  async function startHttp() {
    const http = HttpModule.registerAsync({
      inject: [getTokenClientToken('orca')],
      useFactory: (orca: TokenClient) => ({ baseURL: url, ...authorizedAxios(orca) }),
    })
    @Module({ imports: [http], providers: [Orca] })
    class OrcaModule {}
    @Module({ imports: [TokenModule.forRoot({ clients: { orca: options } }), OrcaModule] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false })
    return { http: app.get(Orca).http, [Symbol.asyncDispose]: () => app.close() }
  }

  test('sends the token', async () => {
    await using app = await startHttp()
    expect(await firstValueFrom(app.http.get('/accounts'))).toMatchObject({ status: 200, data: { ok: true } })
    expect(seen).toEqual([
      expect.objectContaining({ method: 'GET', authorization: expect.stringMatching(/^Bearer ey/) }),
    ])
  })

  test('renews it once after a 401, and sends the body again', async () => {
    await using app = await startHttp()
    refusals = 1
    expect(await firstValueFrom(app.http.post('/accounts', { name: 'Holiday' }))).toMatchObject({ status: 200 })
    const sent = { method: 'POST', contentType: 'application/json', body: '{"name":"Holiday"}' }
    expect(seen).toEqual([expect.objectContaining(sent), expect.objectContaining(sent)])
    expect(new Set(seen.map(({ authorization }) => authorization)).size).toBe(2)
  })

  test('shows no token in the errors of axios', async () => {
    await using app = await startHttp()
    refusals = 2
    const error: unknown = await firstValueFrom(app.http.get('/accounts')).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'AxiosError', response: { status: 401 } })
    const shown = inspect(error, { depth: 12 }) + JSON.stringify(error)
    expect(seen).toHaveLength(2)
    for (const { authorization = '' } of seen) expect(shown).not.toContain(authorization.slice('Bearer '.length))
  })

  test('sends it to no other origin', async () => {
    await using app = await startHttp()
    await expect(firstValueFrom(app.http.get('https://elsewhere.example.test/'))).rejects.toMatchObject({
      code: 'origin_not_allowed',
    })
    expect(seen).toEqual([])
  })
})
