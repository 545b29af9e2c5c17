import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect, type IncomingHttpHeaders } from 'node:http2'
import { createVerifier } from '@auth/core'
import { createLogin, type Login, type LoginOptions, type Session } from '@auth/core/login'
import { createUserAgent, type LoginServer, startLoginServer, type UserAgent } from '@auth/testing'
import { Controller, Get, type INestApplication, Module, Post, type Provider, UseGuards } from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AuthModule, BearerGuard, Public, RequireScopes, RequireStepUp, ScopeGuard, Token } from '../src/index.js'
import { InjectLogin, LoginModule, LoginSession, SessionGuard } from '../src/login/index.js'
import { BearerGateway, websockets } from '../src/websockets.js'
import { type Platform, platformNames, startApp } from './support/app.js'

/** An application that people log in to. */
interface PeopleApp extends AsyncDisposable {
  readonly app: INestApplication
  readonly url: string
  readonly logIn: () => Promise<UserAgent>
  /** Goes through the login server's pages and back, by whichever way. */
  readonly finish: (agent: UserAgent, began: Response) => Promise<Response>
}

let server: LoginServer

beforeAll(async () => {
  server = await startLoginServer()
})

afterAll(() => server.close())

@UseGuards(SessionGuard)
@Controller('me')
class MeController {
  readonly #login: Pick<Login, 'redirectUri'>

  constructor(@InjectLogin() login: Pick<Login, 'redirectUri'>) {
    this.#login = login
  }

  @Get() me(@LoginSession() session: Session) {
    return { subject: session.subject, callback: new URL(this.#login.redirectUri).pathname }
  }
}

@UseGuards(ScopeGuard)
@Controller('accounts')
class AccountsController {
  @Get() @RequireScopes('accounts:read') list(@Token('subject') subject: string | undefined) {
    return { subject }
  }
  @Post() @RequireScopes('accounts:read') create() {
    return {}
  }
}

@UseGuards(ScopeGuard)
@Controller('cards')
class CardsController {
  @Get() @RequireScopes('cards:read') list() {
    return []
  }
}

@UseGuards(BearerGuard)
@Controller('safe')
class SafeController {
  @Get() @RequireStepUp({ acrValues: ['urn:auth-testing:code'] }) open() {
    return {}
  }
}

@Controller('bare')
class BareController {
  @Get() bare(@LoginSession() session: Session) {
    return session
  }
}

/** What people see in front of the application, as if there were a proxy: its login knows no other. */
const origin = 'http://127.0.0.1:9'

async function startPeopleApp(
  platform: Platform,
  options: Partial<LoginOptions> & { readonly asynchronous?: boolean } = {},
  providers: readonly Provider[] = [],
  prepare: (app: INestApplication) => void = () => {},
): Promise<PeopleApp> {
  const { asynchronous = false, redirectUri = `${origin}/auth/callback`, ...rest } = options
  const { issuer, audience } = server
  const { clientId, clientSecret } = await server.registerClient({ redirectUri })
  const people = createLogin({
    issuer,
    clientId,
    clientSecret,
    redirectUri,
    scope: 'accounts:read',
    resource: audience,
    verifier: createVerifier({ issuer, audience }),
    ...rest,
  })
  @Module({
    imports: [
      asynchronous
        ? LoginModule.forRootAsync({ callbackPath: '/auth/callback', useFactory: () => people })
        : LoginModule.forRoot(people),
      AuthModule.forRoot(people.verifier, { transports: [websockets()] }),
    ],
    controllers: [MeController, AccountsController, CardsController, SafeController, BareController, OpenController],
    providers: [...providers],
  })
  class AppModule {}
  const running = await startApp(platform, AppModule, (app) => {
    app.useWebSocketAdapter(new IoAdapter(app))
    prepare(app)
  })
  const { app, url, [Symbol.asyncDispose]: close } = running
  const finish: PeopleApp['finish'] = async (agent, began) => {
    const back = await agent.logIn(began.headers.get('location') ?? '', { person: server.people.ada })
    const { pathname, search } = back.url
    return await agent.fetch(
      url + pathname + search,
      back.form === undefined ? {} : { method: 'POST', body: back.form },
    )
  }
  const logIn = async (): Promise<UserAgent> => {
    const agent = createUserAgent()
    await finish(agent, await agent.fetch(`${url}/auth/login`))
    return agent
  }
  return { app, url, finish, logIn, [Symbol.asyncDispose]: close }
}

describe.each(platformNames)('on %s', (platform) => {
  let app: PeopleApp

  beforeAll(async () => {
    app = await startPeopleApp(platform)
  })

  afterAll(() => app[Symbol.asyncDispose]())

  test('who loads a page is sent to log in, and comes back to it', async () => {
    const agent = createUserAgent()
    const sent = await agent.open(`${app.url}/accounts?page=2`)
    expect([sent.status, sent.headers.get('cache-control')]).toEqual([303, 'no-store'])
    const answer = await app.finish(agent, sent)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/accounts?page=2'])
    expect(await (await agent.open(`${app.url}/accounts`)).json()).toEqual({ subject: 'ada' })
    expect(await (await agent.fetch(`${app.url}/me`)).json()).toEqual({ subject: 'ada', callback: '/auth/callback' })
  })

  test('a stronger login is asked for where one is wanted, and no other where a scope is', async () => {
    const agent = await app.logIn()
    const safe = await agent.open(`${app.url}/safe`)
    expect([safe.status, safe.headers.get('www-authenticate')]).toEqual([303, null])
    const cards = await agent.open(`${app.url}/cards`)
    expect([cards.status, cards.headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringContaining('insufficient_scope'),
    ])
  })

  test('a logout ends the session, by POST alone', async () => {
    const agent = await app.logIn()
    const { status, headers } = await agent.fetch(`${app.url}/auth/logout`)
    expect([status, headers.get('allow')]).toEqual([405, 'POST'])
    expect((await agent.fetch(`${app.url}/me`)).status).toBe(200)
    const out = await agent.fetch(`${app.url}/auth/logout`, { method: 'POST', headers: { origin } })
    expect(out.status).toBe(303)
    expect((await agent.fetch(`${app.url}/me`)).status).toBe(401)
  })

  test('a login is begun by GET alone', async () => {
    const { status, headers } = await fetch(`${app.url}/auth/login`, { method: 'POST' })
    expect([status, headers.get('allow')]).toEqual([405, 'GET'])
  })

  test('whoever loads a page while nobody can log in is told so', async () => {
    const fetch = (): Promise<Response> => Promise.reject(new TypeError('the server is down'))
    await using down = await startPeopleApp(platform, { fetch })
    for (const path of ['/accounts', '/me']) {
      const answer = await createUserAgent().open(down.url + path)
      expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('www-authenticate')]).toEqual([
        503,
        '5',
        null,
      ])
      expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
    }
  })

  test('a page of another site writes nothing', async () => {
    const agent = await app.logIn()
    const post = (from: string) => agent.fetch(`${app.url}/accounts`, { method: 'POST', headers: { origin: from } })
    expect((await post(origin)).status).toBe(201)
    expect((await post('https://evil.example')).status).toBe(401)
  })

  test('a call of the API gets a 401 with its challenge', async () => {
    for (const path of ['/accounts', '/me']) {
      const { status, headers } = await fetch(app.url + path)
      expect([path, status, headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer realm="api"'])
    }
  })

  test('a method that no fetch has is none of the routes', async () => {
    const sent = request(`${app.url}/auth/logout`, { method: 'TRACE' }).end()
    const [answer]: IncomingMessage[] = await once(sent, 'response')
    answer?.resume()
    expect(answer?.statusCode).toBe(404)
  })

  test('a login that nobody began ends in the answer of the core', async () => {
    const { status, headers } = await fetch(`${app.url}/auth/callback?code=c&state=s`)
    expect([status, headers.get('referrer-policy')]).toEqual([400, 'no-referrer'])
  })

  test('what the server posts is read, and nothing that is there twice', async () => {
    await using posted = await startPeopleApp(platform, { responseMode: 'form_post', asynchronous: true })
    const agent = await posted.logIn()
    expect((await agent.fetch(`${posted.url}/me`)).status).toBe(200)
    const twice = await fetch(`${posted.url}/auth/callback`, {
      method: 'POST',
      body: new URLSearchParams([
        ['state', 'a'],
        ['state', 'b'],
      ]),
    })
    expect([twice.status, await twice.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })])
  })

  test('a handler behind no guard has no session', async () => {
    expect((await fetch(`${app.url}/bare`)).status).toBe(500)
  })
})

@WebSocketGateway({ cors: { origin: true, credentials: true } })
@RequireScopes('accounts:read')
class ReadGateway extends BearerGateway {
  @SubscribeMessage('read')
  read(@Token('subject') subject: string | undefined) {
    return { event: 'read', data: { subject } }
  }
}

test.for([
  ['polling', origin, 'read'],
  ['websocket', origin, 'read'],
  ['polling', 'http://127.0.0.1:10', 'exception'],
  ['websocket', 'http://127.0.0.1:10', 'exception'],
] as const)('a socket that begins by %s from a page of %s: %s', async ([transport, from, heard]) => {
  await using app = await startPeopleApp('express', {}, [ReadGateway])
  const cookie = (await app.logIn()).cookies(app.url)
  const socket = io(app.url, { transports: [transport], forceNew: true, extraHeaders: { cookie, origin: from } })
  try {
    const first = new Promise((resolve) => socket.onAny(resolve))
    socket.emit('read', {})
    expect(await first).toBe(heard)
  } finally {
    socket.disconnect()
  }
})

@UseGuards(SessionGuard)
@Controller('open')
class OpenController {
  @Get() @Public() open() {
    return {}
  }
}

describe('beside guards of the whole application', () => {
  test('people log in all the same, and what is public is open', async () => {
    await using guarded = await startPeopleApp('express', {}, [{ provide: APP_GUARD, useClass: BearerGuard }])
    expect((await fetch(`${guarded.url}/bare`)).status).toBe(401)
    expect((await (await guarded.logIn()).fetch(`${guarded.url}/me`)).status).toBe(200)
    expect((await fetch(`${guarded.url}/open`)).status).toBe(200)
  })

  test('a call of a kind that nobody knows has no session', async () => {
    await using running = await startPeopleApp('express')
    const context = new ExecutionContextHost([{}], MeController, MeController.prototype.me)
    context.setType('unknown')
    expect(await running.app.get(SessionGuard).canActivate(context)).toBe(false)
  })
})

test('the redirect URI is what people see, though something in front of the router shortens it', async () => {
  const redirectUri = `${origin}/shop/auth/callback`
  const shorten = (request: { url: string }, _: unknown, next: () => void): void => {
    request.url = request.url.replace('/shop', '')
    next()
  }
  await using running = await startPeopleApp('express', { redirectUri, asynchronous: true }, [], (app) =>
    app.use(shorten),
  )
  const began = await fetch(`${running.url}/shop/auth/login`, { redirect: 'manual' })
  expect([began.status, (await fetch(`${running.url}/auth/login`)).status]).toEqual([303, 404])
})

test('over HTTP/2, whose requests name their target among the fields, people log in, too', async () => {
  const { issuer } = server
  const redirectUri = `${origin}/auth/callback`
  const client = await server.registerClient({ redirectUri })
  @Module({ imports: [LoginModule.forRoot({ issuer, ...client, redirectUri })] })
  class AppModule {}
  const app = await NestFactory.create(AppModule, new FastifyAdapter({ http2: true }), { logger: false })
  await app.listen(0, '127.0.0.1')
  const connection = connect(await app.getUrl())
  try {
    const stream = connection.request({ ':path': '/auth/login' })
    const [fields]: IncomingHttpHeaders[] = await once(stream, 'response')
    expect([fields?.[':status'], fields?.location]).toEqual([303, expect.stringContaining(issuer)])
  } finally {
    connection.destroy()
    await app.close()
  }
})

test('options that are wrong are a TypeError', () => {
  expect(() => LoginModule.forRoot({ issuer: 'https://as.example.test', clientId: 'a', redirectUri: 'x' })).toThrow(
    TypeError,
  )
  expect(() => LoginModule.forRootAsync({ callbackPath: 'auth', useFactory: () => ({}) as never })).toThrow(TypeError)
})
