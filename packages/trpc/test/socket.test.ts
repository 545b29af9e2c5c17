import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { authLink, authSocket } from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'
import { listenWs } from './support/sockets.js'
import { clientWith, collect, createStreams, deferred, dusk, type Streams } from './support/streams.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

/** Serves subscriptions, and connects a client to them. */
async function connect(verifier = issuer.verifier(), connectionParams?: Record<string, string>) {
  const streams = createStreams(verifier)
  const server = await listenWs(streams.options)
  const socket = createWSClient({ url: server.url, ...(connectionParams === undefined ? {} : { connectionParams }) })
  onTestFinished(async () => {
    await socket.close()
    await server[Symbol.asyncDispose]()
  })
  return { ...streams, server, socket, trpc: createTRPCClient<Streams>({ links: [wsLink({ client: socket })] }) }
}

const refusal = (error: string) => ({ data: { code: 'UNAUTHORIZED', httpStatus: 401, auth: { error } } })

describe('the token of a connection', () => {
  test('is in its connectionParams, for every call on it', async () => {
    const { trpc } = await connect(undefined, { authorization: await issuer.bearer({ scope: 'accounts:read' }) })
    expect(await trpc.read.query()).toEqual(['accounts:read'])
    const { data, end } = collect((handlers) => trpc.done.subscribe(undefined, handlers))
    expect(await end).toBe('complete')
    expect(data).toEqual([1])
  })

  test('is in the handshake, where the client can set its fields', async () => {
    const { server } = await connect()
    const authorization = await issuer.bearer({ scope: 'accounts:read' })
    class Authorized extends WebSocket {
      constructor(url: string) {
        super(url, { headers: { authorization } })
      }
    }
    const socket = createWSClient({ url: server.url, WebSocket: Authorized as never })
    onTestFinished(() => socket.close())
    const trpc = createTRPCClient<Streams>({ links: [wsLink({ client: socket })] })
    expect(await trpc.read.query()).toEqual(['accounts:read'])
  })

  test.for<[string, () => Promise<Record<string, string>> | undefined, object]>([
    [
      'none at all',
      () => undefined,
      { data: { auth: { message: 'Unauthorized' }, challenge: 'Bearer realm="accounts"' } },
    ],
    ['none among others', async () => ({ tenant: 'acme' }), { data: { auth: { message: 'Unauthorized' } } }],
    ['a bad one', async () => ({ authorization: 'Bearer garbage' }), refusal('invalid_token')],
    [
      'a bare one',
      async () => ({ authorization: 'Bearer' }),
      { data: { httpStatus: 400, auth: { error: 'invalid_request' } } },
    ],
    [
      'one that lacks the scope',
      async () => ({ authorization: await issuer.bearer({ scope: 'cards:read' }) }),
      { data: { httpStatus: 403, auth: { error: 'insufficient_scope' } } },
    ],
  ])('%s: refused per call, the connection stays', async ([, params, expected]) => {
    const { trpc } = await connect(undefined, await params())
    await expect(trpc.read.query()).rejects.toMatchObject(expected)
    const { data, end } = collect((handlers) => trpc.count.subscribe(undefined, handlers))
    expect(await end).toMatchObject(expected)
    expect(data).toEqual([])
    expect(await trpc.open.query()).toBe('open')
  })

  test('in the handshake and in connectionParams is one too many', async () => {
    const { auth } = createStreams(issuer.verifier())
    const authorization = await issuer.bearer()
    const req = { method: 'GET', url: '/', headers: { authorization }, rawHeaders: ['Authorization', authorization] }
    const context = await auth.createContext({ req, info: { url: null, connectionParams: { authorization } } })
    expect(context.auth.error).toMatchObject({ code: 'invalid_request', status: 400 })
  })

  test('is not looked for in the connectionParams of a URL', async () => {
    const { auth } = createStreams(issuer.verifier())
    const authorization = await issuer.bearer()
    const url = new URL('http://api.example.test/trpc/read')
    for (const req of [new Request(url), { method: 'GET', url: '/read', headers: {}, rawHeaders: [] }]) {
      const context = await auth.createContext({ req, info: { url, connectionParams: { authorization } } })
      expect(context.auth.error).toMatchObject({ code: 'missing_token' })
    }
  })
})

describe('A-59 a subscription ends with its token', () => {
  test.for(['count', 'observed'] as const)('%s', async (name) => {
    const { jwt, verifier, fall } = await dusk(issuer)
    const { trpc, started, ended } = await connect(verifier, { authorization: `Bearer ${jwt}` })
    const { data, first, end } = collect((handlers) =>
      name === 'count' ? trpc.count.subscribe(undefined, handlers) : trpc.observed.subscribe(undefined, handlers),
    )
    await first
    expect(started).toHaveLength(1)
    fall()
    expect(await end).toMatchObject(refusal('invalid_token'))
    expect(data).toHaveLength(1)
    await expect.poll(() => ended).toEqual(started)
    await expect(trpc.read.query()).rejects.toMatchObject(refusal('invalid_token'))
  })

  test('before that it ends as it likes, or as the resolver decides', async () => {
    const { trpc } = await connect(undefined, { authorization: await issuer.bearer({ scope: 'accounts:read' }) })
    expect(await collect((handlers) => trpc.done.subscribe(undefined, handlers)).end).toBe('complete')
    const { data, end } = collect((handlers) => trpc.decides.subscribe(undefined, handlers))
    expect(await end).toMatchObject({ data: { httpStatus: 403, auth: { error: 'insufficient_scope' } } })
    expect(data).toEqual([1])
  })

  test('also without a socket', async () => {
    const { jwt, verifier, fall } = await dusk(issuer)
    const { router } = createStreams(verifier)
    const events = await router.createCaller({ auth: { token: await verifier.verify(jwt) } }).count()
    const iterator = events[Symbol.asyncIterator]()
    expect(await iterator.next()).toMatchObject({ value: expect.arrayContaining(['1', 1]) })
    const next = iterator.next()
    fall()
    await expect(next).rejects.toMatchObject({ code: 'UNAUTHORIZED', cause: { code: 'invalid_token' } })
    expect(await iterator.next()).toMatchObject({ done: true })
  })
})

describe('authLink', () => {
  async function connectLink() {
    const { jwt, verifier, fall } = await dusk(issuer)
    const { server, started, ended } = await connect(verifier)
    const client = clientWith(issuer, jwt, server.url.replace('ws', 'http'))
    const socket = createWSClient({ ...authSocket(client, server.url), retryDelayMs: () => 0 })
    onTestFinished(() => socket.close())
    const trpc = createTRPCClient<Streams>({
      links: [authLink(client, () => wsLink({ client: socket }), { socket })],
    })
    return { trpc, fall, started, ended, client }
  }

  test('goes on with a subscription after its last event, on a connection with a new token', async () => {
    const { trpc, fall, started } = await connectLink()
    const events: unknown[] = []
    const arrived = [deferred(), deferred()]
    const subscription = trpc.count.subscribe(undefined, {
      onData: ({ data }) => {
        events.push(data)
        arrived[events.length - 1]?.resolve()
      },
      onError: (error) => {
        for (const each of arrived) each.reject(error)
      },
    })
    await arrived[0]?.promise
    fall()
    await arrived[1]?.promise
    subscription.unsubscribe()
    expect(events).toEqual([1, 2])
    expect(started).toEqual(['count 1', 'count 2'])
  })

  test('renews once for all calls of a connection, and sends them again', async () => {
    const { trpc, fall } = await connectLink()
    expect(await trpc.read.query()).toEqual(['accounts:read'])
    fall()
    issuer.server.doorways.portx.clearRequests()
    expect(await Promise.all([trpc.read.query(), trpc.read.query()])).toEqual([['accounts:read'], ['accounts:read']])
    expect(await trpc.read.query()).toEqual(['accounts:read'])
    expect(issuer.server.doorways.portx.count('token')).toBe(1)
  })

  test('sends the token to allowed origins only', async () => {
    const { connectionParams } = authSocket(
      clientWith(issuer, 'x', 'https://api.example.test'),
      'wss://elsewhere.example.test',
    )
    await expect(connectionParams()).rejects.toMatchObject({ code: 'origin_not_allowed' })
  })
})
