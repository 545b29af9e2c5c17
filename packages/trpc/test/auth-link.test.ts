import { setImmediate } from 'node:timers/promises'
import { createTokenClient, type TokenClient } from '@auth/core'
import { portx } from '@auth/core/profiles'
import {
  createTRPCClient,
  httpBatchLink,
  httpBatchStreamLink,
  httpLink,
  TRPCClientError,
  type TRPCLink,
} from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authLink } from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'
import { type Api, createApi, type Listening, listen } from './support/server.js'

let issuer: Issuer
let server: Listening
let client: TokenClient
/** What the API was sent, in order. */
let requests: { readonly path: string; readonly authorization: string | undefined }[]
/** Tokens that the API takes for expired, whatever they say. */
let refused: Set<string>

beforeAll(async () => {
  issuer = await startIssuer()
  const { options } = createApi(issuer.verifier())
  server = await listen({
    ...options,
    createContext: async ({ req }) => {
      const { authorization } = req.headers
      requests.push({ path: `${req.url}`, authorization })
      const [, token = ''] = `${authorization}`.split(' ')
      const shown = refused.has(token) ? { headers: { authorization: 'Bearer expired' } } : req
      return await options.createContext({ req: shown })
    },
  })
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

beforeEach(() => {
  requests = []
  refused = new Set()
  const { base, client: registered } = issuer.server.doorways.portx
  client = createTokenClient({
    profile: portx({ base }),
    clientId: registered.clientId,
    clientSecret: registered.clientSecret,
    scope: 'accounts:read accounts:write',
    allowedOrigins: [server.url],
  })
  issuer.server.doorways.portx.clearRequests()
})

afterEach(() => client.close())

const tokenRequests = (): number => issuer.server.doorways.portx.count('token')

const kinds: readonly (readonly [string, () => TRPCLink<Api>])[] = [
  ['httpLink', () => authLink(client, (fetch) => httpLink({ url: server.url, fetch }))],
  ['httpBatchLink', () => authLink(client, (fetch) => httpBatchLink({ url: server.url, fetch }))],
  ['httpBatchStreamLink', () => authLink(client, (fetch) => httpBatchStreamLink({ url: server.url, fetch }))],
]

describe.for(kinds)('%s', ([, link]) => {
  test('sends the token with every request, asked for once', async () => {
    const trpc = createTRPCClient<Api>({ links: [link()] })
    const { accessToken } = await client.getToken()
    expect(await trpc.read.query()).toEqual(['accounts:read', 'accounts:write'])
    expect(await trpc.create.mutate({ name: 'Holiday' })).toContain('accounts:write')
    expect(requests.map(({ authorization }) => authorization)).toEqual([
      `Bearer ${accessToken}`,
      `Bearer ${accessToken}`,
    ])
    expect(tokenRequests()).toBe(1)
  })

  test('renews once when the token is refused, queries and mutations alike', async () => {
    const trpc = createTRPCClient<Api>({ links: [link()] })
    refused.add((await client.getToken()).accessToken)
    expect(await Promise.all([trpc.read.query(), trpc.open.query()])).toEqual([
      ['accounts:read', 'accounts:write'],
      expect.toBeOneOf([null, ['accounts:read', 'accounts:write']]),
    ])
    expect(tokenRequests()).toBe(2)
    expect(await trpc.create.mutate({ name: 'Holiday' })).toContain('accounts:write')
    expect(tokenRequests()).toBe(2)
  })

  test('does not renew for a missing scope', async () => {
    const trpc = createTRPCClient<Api>({ links: [link()] })
    await expect(trpc.cards.query()).rejects.toMatchObject({
      data: { httpStatus: 403, auth: { error: 'insufficient_scope' } },
    })
    expect(requests).toHaveLength(1)
    expect(tokenRequests()).toBe(1)
  })

  test('gives up after one new token', async () => {
    const trpc = createTRPCClient<Api>({ links: [link()] })
    const has = refused.has.bind(refused)
    refused.has = () => true
    const calls = Promise.all([trpc.read.query(), trpc.open.query()])
    await expect(calls).rejects.toMatchObject({ data: { httpStatus: 401, auth: { error: 'invalid_token' } } })
    await expect(calls).rejects.toBeInstanceOf(TRPCClientError)
    refused.has = has
    expect(tokenRequests()).toBe(2)
    expect(requests.filter(({ path }) => path.includes('read'))).toHaveLength(2)
  })
})

test('calls of one tick stay one request', async () => {
  const trpc = createTRPCClient<Api>({
    links: [authLink(client, (fetch) => httpBatchLink({ url: server.url, fetch }))],
  })
  await Promise.all([trpc.read.query(), trpc.write.query(), trpc.open.query()])
  expect(requests.map(({ path }) => path.split('?')[0])).toEqual(['/read,write,open'])
})

test('the token goes to allowed origins only', async () => {
  const elsewhere = await listen(createApi(issuer.verifier()).options)
  const trpc = createTRPCClient<Api>({
    links: [authLink(client, (fetch) => httpBatchLink({ url: elsewhere.url, fetch }))],
  })
  await expect(trpc.open.query()).rejects.toMatchObject({ cause: { code: 'origin_not_allowed' } })
  expect(tokenRequests()).toBe(0)
  await elsewhere[Symbol.asyncDispose]()
})

test('without a token nothing is sent, and the cause says why', async () => {
  const trpc = createTRPCClient<Api>({
    links: [authLink(client, (fetch) => httpLink({ url: server.url, fetch }))],
  })
  issuer.server.doorways.portx.answer('token', { status: 401, body: '{"error":"unauthorized"}' }, { times: 1 })
  await expect(trpc.open.query()).rejects.toMatchObject({ cause: { name: 'TokenRequestError' } })
  expect(requests).toEqual([])
})

test('a call that nobody waits for any more is not started again', async () => {
  const renewals: Promise<unknown>[] = []
  const getToken: TokenClient['getToken'] = (options) => {
    const renewal = client.getToken(options)
    renewals.push(renewal)
    return renewal
  }
  let started = 0
  const send = () => () => () =>
    observable<never, { data: { auth: { error: string } } }>((observer) => {
      started++
      observer.error({ data: { auth: { error: 'invalid_token' } } })
    })
  const call = authLink({ ...client, getToken }, send)({})
  const { portx: doorway } = issuer.server.doorways
  await client.getToken()
  const hold = doorway.hold('token')
  const failures: unknown[] = []
  const subscription = call({ op: {}, next: () => observable(() => {}) }).subscribe({
    error: (failure) => failures.push(failure),
  })
  await doorway.received('token', 2)
  subscription.unsubscribe()
  hold.release()
  await Promise.all(renewals)
  await setImmediate()
  expect(renewals).toHaveLength(1)
  expect(started).toBe(1)
  expect(failures).toEqual([])
})

test('a call refused for an earlier token is sent again, without another renewal or connection', async () => {
  const failing: (() => void)[] = []
  const send = () => () => () =>
    observable<never, { data: { auth: { error: string } } }>((observer) => {
      failing.push(() => observer.error({ data: { auth: { error: 'invalid_token' } } }))
    })
  let closed = 0
  const ws = {
    close: () => {
      closed++
    },
  }
  const call = authLink(client, send, { socket: { connection: { ws } } })({})
  const start = () => call({ op: {}, next: () => observable(() => {}) }).subscribe({})
  await client.getToken()
  start()
  start()
  failing[0]?.()
  await expect.poll(() => failing).toHaveLength(3)
  failing[1]?.()
  await expect.poll(() => failing).toHaveLength(4)
  expect(tokenRequests()).toBe(2)
  expect(closed).toBe(1)
})

test('a call that is given up is not sent again', async () => {
  const trpc = createTRPCClient<Api>({
    links: [authLink(client, (fetch) => httpBatchLink({ url: server.url, fetch }))],
  })
  const { portx: doorway } = issuer.server.doorways
  refused.add((await client.getToken()).accessToken)
  const hold = doorway.hold('token')
  const leave = new AbortController()
  const calls = Promise.allSettled([trpc.read.query(undefined, { signal: leave.signal }), trpc.open.query()])
  await doorway.received('token', 2)
  leave.abort()
  hold.release()
  const [read, open] = await calls
  expect(read).toMatchObject({ status: 'rejected' })
  expect(open).toMatchObject({ status: 'fulfilled' })
  expect(requests.filter(({ path }) => path.includes('read'))).toHaveLength(1)
})
