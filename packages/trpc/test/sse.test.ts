import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import { EventSource } from 'eventsource'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { authLink } from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'
import { listen } from './support/server.js'
import { clientWith, collect, createStreams, deferred, dusk, type Streams } from './support/streams.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

async function serve(verifier = issuer.verifier()) {
  const streams = createStreams(verifier)
  const server = await listen({ ...streams.options, responseMeta: streams.auth.responseMeta })
  onTestFinished(async () => await server[Symbol.asyncDispose]())
  return { ...streams, server }
}

/** A client that sends what it is given. */
function plain(url: string, authorization?: string) {
  const fetchWith: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    if (authorization !== undefined) headers.set('authorization', authorization)
    return fetch(input, { ...init, headers })
  }
  return createTRPCClient<Streams>({
    links: [httpSubscriptionLink({ url, EventSource, eventSourceOptions: { fetch: fetchWith } })],
  })
}

test('a subscription is sent to who may have it', async () => {
  const { server } = await serve()
  const trpc = plain(server.url, await issuer.bearer({ scope: 'accounts:read' }))
  const { data, first } = collect((handlers) => {
    const subscription = trpc.count.subscribe(undefined, handlers)
    onTestFinished(() => subscription.unsubscribe())
  })
  await first
  expect(data).toEqual([{ id: '1', data: 1 }])
})

test.for<[string, () => Promise<string> | undefined, number, object, string]>([
  ['no token', () => undefined, 401, { message: 'Unauthorized' }, 'Bearer realm="accounts"'],
  ['a bad one', async () => 'Bearer garbage', 401, { error: 'invalid_token' }, 'error="invalid_token"'],
  [
    'no scope',
    () => issuer.bearer({ scope: 'cards:read' }),
    403,
    { error: 'insufficient_scope' },
    'scope="accounts:read"',
  ],
])('%s: refused in the stream, with the whole answer', async ([, authorization, httpStatus, auth, challenge]) => {
  const { server, started } = await serve()
  const trpc = plain(server.url, await authorization())
  const { data, end } = collect((handlers) => trpc.count.subscribe(undefined, handlers))
  expect(await end).toMatchObject({ data: { httpStatus, auth, challenge: expect.stringContaining(challenge) } })
  expect(data).toEqual([])
  expect(started).toEqual([])
})

test('it ends with its token', async () => {
  const { jwt, verifier, fall } = await dusk(issuer)
  const { server } = await serve(verifier)
  const trpc = plain(server.url, `Bearer ${jwt}`)
  const { first, end } = collect((handlers) => trpc.count.subscribe(undefined, handlers))
  await first
  fall()
  expect(await end).toMatchObject({ data: { code: 'UNAUTHORIZED', auth: { error: 'invalid_token' } } })
})

test('authLink goes on with it after its last event, with a new token', async () => {
  const { jwt, verifier, fall } = await dusk(issuer)
  const { server, started } = await serve(verifier)
  const client = clientWith(issuer, jwt, server.url)
  const trpc = createTRPCClient<Streams>({
    links: [
      authLink(client, (fetch) =>
        splitLink({
          condition: ({ type }) => type === 'subscription',
          true: httpSubscriptionLink({ url: server.url, EventSource, eventSourceOptions: { fetch } }),
          false: httpLink({ url: server.url, fetch }),
        }),
      ),
    ],
  })
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
  expect(await trpc.read.query()).toEqual(['accounts:read'])
})

test('authLink asks once for a new token when a stream is refused at once', async () => {
  const { server } = await serve()
  const client = clientWith(issuer, 'revoked', server.url)
  const getToken: typeof client.getToken = async (options) => {
    asked.push(options)
    return await client.getToken(options)
  }
  const asked: unknown[] = []
  const stubborn = { getToken, fetch: (input: string | URL | Request, init?: RequestInit) => fetch(input, init) }
  const trpc = createTRPCClient<Streams>({
    links: [
      authLink(stubborn, (fetch) =>
        httpSubscriptionLink({ url: server.url, EventSource, eventSourceOptions: { fetch: refusedBy(fetch) } }),
      ),
    ],
  })
  const { end } = collect((handlers) => trpc.count.subscribe(undefined, handlers))
  expect(await end).toMatchObject({ data: { auth: { error: 'invalid_token' } } })
  expect(asked).toEqual([{ forceRefresh: true }])
})

/** Sends a token that nobody accepts, whatever the client has. */
function refusedBy(send: typeof fetch): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('authorization', 'Bearer garbage')
    return send(input, { ...init, headers })
  }
}
