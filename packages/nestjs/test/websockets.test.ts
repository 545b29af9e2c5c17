import { type AccessToken, BearerError, createVerifier } from '@auth/core'
import { type INestApplication, Module, type Type } from '@nestjs/common'
import { IoAdapter } from '@nestjs/platform-socket.io'
import { WsAdapter } from '@nestjs/platform-ws'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { describe, expect, test } from 'vitest'
import { AuthModule, OptionalAuth, Public, RequireScopes, RequireStepUp, Token } from '../src/index.js'
import { BearerGateway, websockets } from '../src/websockets.js'
import { call, startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'
import { type Connect, connectSocketIo, connectSocketIoByAuth, connectWs } from './support/sockets.js'

const issuer = await createIssuer()
const reader = await issuer.bearer('accounts:read')
const writer = await issuer.bearer('accounts:read accounts:write')
const scopeless = await issuer.bearer('')

const connected: (string | undefined)[] = []

@WebSocketGateway()
@RequireScopes('accounts:read')
class AccountsGateway extends BearerGateway {
  protected override onConnection(_client: object, token: AccessToken | undefined): void {
    connected.push(token?.subject)
  }

  @SubscribeMessage('read')
  read(@Token('subject') subject: string | undefined) {
    return { event: 'read', data: { subject } }
  }

  @SubscribeMessage('write')
  @RequireScopes('accounts:write')
  write() {
    return { event: 'written', data: {} }
  }
}

@WebSocketGateway()
class AnyTokenGateway extends BearerGateway {
  @SubscribeMessage('read')
  read(@Token('subject') subject: string | undefined) {
    return { event: 'read', data: { subject } }
  }
}

@WebSocketGateway()
@RequireScopes('accounts:read')
@RequireStepUp({ acrValues: ['urn:example:mfa'] })
class StrictGateway extends BearerGateway {
  @SubscribeMessage('read')
  read() {
    return { event: 'read', data: {} }
  }
}

@WebSocketGateway()
@OptionalAuth()
class OptionalGateway extends BearerGateway {
  @SubscribeMessage('read')
  read(@Token('subject') subject: string | undefined) {
    return { event: 'read', data: { subject: subject ?? 'stranger' } }
  }
}

@WebSocketGateway()
@Public()
class OpenGateway {
  @SubscribeMessage('read')
  read() {
    return { event: 'read', data: {} }
  }
}

@WebSocketGateway()
@RequireScopes('accounts:read')
class ForgetfulGateway {
  handleConnection(): void {}
}

@WebSocketGateway()
class OverridingGateway extends BearerGateway {
  override async handleConnection(): Promise<void> {}
}

function appOf(gateway: Type, verifier: Parameters<typeof AuthModule.forRoot>[0] = issuer.verifier()): Type {
  @Module({ imports: [AuthModule.forRoot(verifier, { transports: [websockets()] })], providers: [gateway] })
  class AppModule {}
  return AppModule
}

interface Library {
  readonly connect: Connect
  readonly prepare: (app: INestApplication) => void
  /** What a client hears when it is hung up on. */
  readonly closed: object
}

const ws: Library = {
  connect: connectWs,
  prepare: (app) => void app.useWebSocketAdapter(new WsAdapter(app)),
  closed: { closed: 1008, reason: 'Unauthorized' },
}
const socketIo: Library = {
  connect: connectSocketIo,
  prepare: (app) => void app.useWebSocketAdapter(new IoAdapter(app)),
  closed: { closed: 'io server disconnect' },
}

const libraries: readonly [name: string, library: Library][] = [
  ['ws', ws],
  ['Socket.IO', socketIo],
  ['Socket.IO with auth', { ...socketIo, connect: connectSocketIoByAuth }],
]

const insufficient = {
  status: 403,
  challenge:
    'Bearer realm="accounts", error="insufficient_scope", error_description="The access token lacks a required scope", scope="accounts:write"',
  body: { error: 'insufficient_scope', error_description: 'The access token lacks a required scope' },
}

describe.for(libraries)('on %s', ([name, { connect, prepare, closed }]) => {
  test('a connection with a token that fits is let in, and its messages are', async () => {
    connected.length = 0
    await using running = await startApp('express', appOf(AccountsGateway), prepare)
    const connection = await connect(running.url, writer)
    connection.send('read', {})
    expect(await connection.next()).toEqual({ event: 'read', data: { subject: 'ada' } })
    connection.send('write', {})
    expect(await connection.next()).toEqual({ event: 'written', data: {} })
    expect(connected).toEqual(['ada'])
    connection.close()
  })

  test.for<[name: string, authorization: string | undefined]>([
    ['no token', undefined],
    ['a missing scope', scopeless],
    ['garbage', 'Bearer garbage'],
  ])('a connection with %s is told the whole answer, and closed', async ([, authorization]) => {
    connected.length = 0
    const error: unknown = await issuer
      .verifier()
      .authenticate({ headers: { authorization } }, { scopes: 'accounts:read' })
      .catch((thrown: unknown) => thrown)
    await using running = await startApp('express', appOf(AccountsGateway), prepare)
    const connection = await connect(running.url, authorization)
    if (!(error instanceof BearerError)) throw new Error('the core accepts this request')
    const { status, headers, body } = error.answer
    const challenge = new Map(headers).get('www-authenticate')
    expect(await connection.next()).toEqual({ event: 'exception', data: { status, challenge, body: JSON.parse(body) } })
    expect(await connection.next()).toEqual(closed)
    expect(connected).toEqual([])
  })

  test('a message without its scope is refused, and the connection stays', async () => {
    await using running = await startApp('express', appOf(AccountsGateway), prepare)
    const connection = await connect(running.url, reader)
    connection.send('write', {})
    // NestJS 11 sends no exception to clients of ws.
    if (name !== 'ws' || process.env.NEST_MAJOR !== '11') {
      expect(await connection.next()).toEqual({ event: 'exception', data: insufficient })
    }
    connection.send('read', {})
    expect(await connection.next()).toEqual({ event: 'read', data: { subject: 'ada' } })
    connection.close()
  })

  test('a connection ends with its token', async () => {
    // It stands still, so that the token lives until the test says otherwise.
    let now = Date.now()
    const verifier = createVerifier({ ...issuer.options, clockTolerance: 0, now: () => now })
    await using running = await startApp('express', appOf(AnyTokenGateway, verifier), prepare)
    const iat = Math.floor(now / 1000)
    const soon = await issuer.bearer('', { iat, exp: iat + 1 })
    const connection = await connect(running.url, soon)
    connection.send('read', {})
    expect(await connection.next()).toEqual({ event: 'read', data: { subject: 'ada' } })
    now += 3000
    expect(await connection.next()).toMatchObject({
      event: 'exception',
      data: { status: 401, body: { error: 'invalid_token' } },
    })
    expect(await connection.next()).toEqual(closed)
  })

  test('optional authentication: absent is anonymous, present and bad is refused', async () => {
    await using running = await startApp('express', appOf(OptionalGateway), prepare)
    for (const [authorization, subject] of [
      [undefined, 'stranger'],
      [scopeless, 'ada'],
    ] as const) {
      const connection = await connect(running.url, authorization)
      connection.send('read', {})
      expect(await connection.next()).toEqual({ event: 'read', data: { subject } })
      connection.close()
    }
    const connection = await connect(running.url, 'Bearer garbage')
    expect(await connection.next()).toMatchObject({ event: 'exception', data: { status: 401 } })
    expect(await connection.next()).toEqual(closed)
  })

  test('a public gateway is open', async () => {
    await using running = await startApp('express', appOf(OpenGateway), prepare)
    const connection = await connect(running.url)
    connection.send('read', {})
    expect(await connection.next()).toEqual({ event: 'read', data: {} })
    connection.close()
  })
})

test.for([ForgetfulGateway, OverridingGateway])('%o keeps the application from starting', async (gateway) => {
  await expect(startApp('express', appOf(gateway), ws.prepare).then(({ app }) => app.close())).rejects.toThrow(
    new TypeError(
      `${gateway.name} lets anybody connect: extend BearerGateway and put what handleConnection does into onConnection, or mark the class @Public()`,
    ),
  )
})

test('a gateway may ask for a login', async () => {
  await using running = await startApp('express', appOf(StrictGateway), ws.prepare)
  const weak = await connectWs(running.url, reader)
  expect(await weak.next()).toMatchObject({
    event: 'exception',
    data: { status: 401, body: { error: 'insufficient_user_authentication' } },
  })
  expect(await weak.next()).toEqual(ws.closed)
  const scopeless = await connectWs(running.url, await issuer.bearer('', { acr: 'urn:example:mfa' }))
  expect(await scopeless.next()).toMatchObject({ event: 'exception', data: { status: 403 } })
  const strong = await connectWs(running.url, await issuer.bearer('accounts:read', { acr: 'urn:example:mfa' }))
  strong.send('read', {})
  expect(await strong.next()).toEqual({ event: 'read', data: {} })
  strong.close()
})

test('without the transport every connection and message is denied', async () => {
  @Module({ imports: [AuthModule.forRoot(issuer.verifier())], providers: [AccountsGateway] })
  class AppModule {}
  await using running = await startApp('express', AppModule, ws.prepare)
  const connection = await connectWs(running.url, writer)
  expect(await connection.next()).toEqual({ closed: 1008, reason: 'Forbidden' })
})

test('Socket.IO with two tokens is refused', async () => {
  await using running = await startApp('express', appOf(AnyTokenGateway), socketIo.prepare)
  const { io } = await import('socket.io-client')
  const socket = io(running.url, {
    extraHeaders: { authorization: reader },
    auth: { token: writer },
    transports: ['websocket'],
    reconnection: false,
  })
  const refusal = await new Promise((resolve) => socket.on('exception', resolve))
  expect(refusal).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
})

test('HTTP is guarded beside', async () => {
  await using running = await startApp('express', appOf(AccountsGateway), ws.prepare)
  expect(await call(`${running.url}/nowhere`)).toMatchObject({ status: 404 })
})
