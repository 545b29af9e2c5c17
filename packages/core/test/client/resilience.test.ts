import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { TokenStore } from '../../src/cache/store.js'
import type { TokenClientEvent } from '../../src/client/events.js'
import { createTokenClient } from '../../src/client/token-client.js'
import { defineProfile } from '../../src/profiles/define.js'
import type { Profile } from '../../src/profiles/profile.js'
import { clientOf, errorOf } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { json, serve, tokenAnswer } from '../support/local-server.js'

/** A client of a server whose tokens live `lifetime` seconds, with a clock and everything it said. */
async function started(lifetime: number, store: TokenStore = memoryStore()) {
  const server = await serve(tokenAnswer({ expires_in: lifetime }))
  const clock = testClock()
  const events: TokenClientEvent[] = []
  const onEvent = (event: TokenClientEvent) => void events.push(event)
  const client = clientOf(server.origin, { now: clock.now, cache: store, onEvent })
  return { server, clock, client, events, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

const down = (retryAfter?: string) => (_: unknown, response: Parameters<typeof json>[0]) =>
  json(response, {}, 503, retryAfter === undefined ? {} : { 'retry-after': retryAfter })

describe('what selects a token', () => {
  const tenants = (origin: string, name = 'tenants') =>
    defineProfile({
      profile: 1,
      name,
      variables: { tenant: null },
      grants: { client_credentials: { url: `${origin}/token`, headers: { 'x-tenant': '{tenant}' } } },
      defaultGrant: 'client_credentials',
    })

  test('two tenants of one server never share a token, nor do two profiles', async () => {
    await using server = await serve(tokenAnswer())
    const cache = memoryStore()
    const token = async (profile: Profile) => {
      const client = createTokenClient({ profile, clientId: 'c', clientSecret: 's', cache })
      return (await client.getToken()).accessToken
    }
    const profile = tenants(server.origin)
    const tokens = [
      await token(profile({ tenant: 'blue' })),
      await token(profile({ tenant: 'red' })),
      await token(tenants(server.origin, 'others')({ tenant: 'blue' })),
      await token(profile({ tenant: 'blue' })),
    ]
    expect(tokens).toEqual(['token-0', 'token-1', 'token-2', 'token-0'])
  })

  test('no key holds what a variable holds', async () => {
    await using server = await serve(tokenAnswer())
    const keys: string[] = []
    const inner = memoryStore()
    const get = (key: string) => {
      keys.push(key)
      return inner.get(key)
    }
    const profile = tenants(server.origin)({ tenant: 'planted-tenant' })
    await createTokenClient({ profile, clientId: 'c', clientSecret: 's', cache: { ...inner, get } }).getToken()
    expect(keys.join()).not.toContain('planted')
  })
})

describe('a store that hangs', () => {
  const hanging = (): Promise<never> => new Promise(() => undefined)

  test('holds nobody up for long: the token is got, and served from then on', async () => {
    await using t = await started(1000, { get: hanging, set: hanging, delete: hanging })
    expect((await t.client.getToken()).accessToken).toBe('token-0')
    expect((await t.client.getToken()).accessToken).toBe('token-0')
    expect(t.server.requests.length).toBe(1)
    expect(t.events.flatMap((event) => (event.type === 'store_failed' ? event.operation : []))).toEqual([
      'get',
      'get',
      'set',
    ])
  })

  test.for<readonly [string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('planted')
      },
    ],
    ['returns what is no promise', () => undefined],
  ])('or one that %s is a miss', async ([, odd]) => {
    const get = odd as TokenStore['get']
    await using t = await started(1000, { ...memoryStore(), get })
    expect((await t.client.getToken()).accessToken).toBe('token-0')
  })

  test('a token is served while it is being saved', async () => {
    let saving = (): void => undefined
    const reached = new Promise<void>((resolve) => {
      saving = resolve
    })
    const store: TokenStore = {
      ...memoryStore(),
      set: () => {
        saving()
        return hanging()
      },
    }
    await using t = await started(1000, store)
    const first = t.client.getToken()
    await reached
    expect((await t.client.getToken()).accessToken).toBe('token-0')
    await first
    expect(t.server.requests.length).toBe(1)
  })

  test("the caller's signal ends the waiting for it", async () => {
    const leaving = new AbortController()
    const get = () => {
      leaving.abort(new Error('enough'))
      return hanging()
    }
    await using t = await started(1000, { ...memoryStore(), get })
    expect(await errorOf(t.client.getToken({ signal: leaving.signal }))).toMatchObject({ message: 'enough' })
  })
})

test.for([
  ['accessToken', 'token\r\nx: y'],
  ['accessToken', 'token two'],
  ['accessToken', 'tokén'],
  ['tokenType', 'Bear er'],
  ['refreshToken', 'refresh\n'],
] as const)('a stored record whose %s is %j is a miss', async ([name, value]) => {
  const inner = memoryStore()
  const get = async (key: string) => {
    const found = await inner.get(key)
    return found === undefined ? undefined : { ...found, [name]: value }
  }
  await using t = await started(1000, { ...inner, get })
  await t.client.getToken()
  expect((await t.client.getToken()).accessToken).toBe('token-1')
})

describe('the server is not hammered', () => {
  test.for(['0', '-1', 'Thu, 01 Jan 2015 00:00:00 GMT'])(
    'Retry-After: %s does not switch the pause off',
    async (past) => {
      await using t = await started(1000)
      t.server.handler = down(past)
      for (let call = 0; call < 10; call++) {
        const error = await errorOf(t.client.getToken())
        expect(error).toHaveProperty(
          'retryAt',
          expect.toSatisfy((at: number) => at > t.clock.seconds()),
        )
      }
      expect(t.server.requests.length).toBe(3)
    },
  )

  test.for<readonly [string, 'every scope' | 'its own scope', number]>([
    ['invalid_client', 'every scope', 401],
    ['server_error', 'every scope', 500],
    ['unauthorized_client', 'its own scope', 400],
    ['unsupported_grant_type', 'its own scope', 400],
    ['invalid_scope', 'its own scope', 400],
  ])('%s stops %s', async ([error, stopped, status]) => {
    await using t = await started(1000)
    t.server.handler = (_, response) => json(response, { error }, status)
    expect(await errorOf(t.client.getToken({ scope: 'a' }))).toMatchObject({ code: error })
    expect(await errorOf(t.client.getToken({ scope: 'b' }))).toMatchObject({ code: error })
    expect(t.server.requests.length).toBe(stopped === 'every scope' ? 1 : 2)
  })

  test('an answer that is none stops its own scope only', async () => {
    await using t = await started(1000)
    t.server.handler = (_, response) => void response.end('nonsense')
    expect(await errorOf(t.client.getToken({ scope: 'a' }))).toMatchObject({ code: 'invalid_response' })
    t.server.handler = tokenAnswer()
    expect((await t.client.getToken({ scope: 'b' })).accessToken).toBe('token-1')
  })
})

test('forceRefresh that fails serves the token that lives', async () => {
  await using t = await started(1000)
  await t.client.getToken()
  t.server.handler = down()
  expect((await t.client.getToken({ forceRefresh: true })).accessToken).toBe('token-0')
  t.clock.advance(1000)
  expect(await errorOf(t.client.getToken({ forceRefresh: true }))).toMatchObject({ code: 'temporarily_unavailable' })
})

test('a timeout that is no whole number of milliseconds is one all the same', async () => {
  await using server = await serve(tokenAnswer())
  const client = clientOf(server.origin, { timeout: 1.23456789 })
  expect((await client.getToken()).accessToken).toBe('token-0')
})

test('a listener whose promise rejects harms nobody', async () => {
  await using server = await serve(tokenAnswer())
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', listen)
  const onEvent = async () => {
    throw new Error('listener')
  }
  await clientOf(server.origin, { onEvent }).getToken()
  // Rejections nobody handles are told when the microtasks are done.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', listen)
  expect(unhandled).toEqual([])
})

test('metadata are a frozen copy, to the bottom', async () => {
  await using server = await serve(tokenAnswer({ roles: ['admin', { of: 'all' }] }))
  const grants = { client_credentials: { url: `${server.origin}/token` } }
  const answer = { metadata: { roles: 'roles' } }
  const profile = defineProfile({ profile: 1, name: 'own', grants, defaultGrant: 'client_credentials', answer })()
  const client = createTokenClient({ profile, clientId: 'c', clientSecret: 's' })
  const { metadata } = await client.getToken()
  const roles = Array.isArray(metadata.roles) ? metadata.roles : []
  for (const each of [metadata, roles, roles[1]]) expect(Object.isFrozen(each)).toBe(true)
  expect((await client.getToken()).metadata).toEqual({ roles: ['admin', { of: 'all' }] })
})
