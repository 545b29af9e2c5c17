import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { TokenStore } from '../../src/cache/store.js'
import type { Grant } from '../../src/client/grants/grant.js'
import { password, refreshToken } from '../../src/client/grants/standard.js'
import type { TokenClientOptions, TokenRequestOptions } from '../../src/client/options.js'
import { clientOf, errorOf } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { type Handler, json, type Received, serve } from '../support/local-server.js'

/** Answers each request with tokens numbered by it, as a server does that rotates refresh tokens. */
const rotating: Handler = (_, response, index) =>
  json(response, {
    access_token: `access-${index}`,
    token_type: 'Bearer',
    expires_in: 100,
    refresh_token: `refresh-${index}`,
  })

const person = (): Grant => password({ username: 'ada', password: 'planted-password' })

async function started(handler: Handler, grant: Grant, store: TokenStore = memoryStore()) {
  const server = await serve(handler)
  const clock = testClock()
  const client = clientOf(server.origin, { now: clock.now, cache: store, grant })
  return { server, clock, client, store, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** What each request asked with: its grant, and the refresh token it sent. */
function asked(requests: readonly Received[]): (string | null)[] {
  return requests.map(({ body }) => {
    const form = new URLSearchParams(body)
    return form.get('refresh_token') ?? form.get('grant_type')
  })
}

describe('rotated refresh token', () => {
  test('each is used once, and the next one after it', async () => {
    await using t = await started(rotating, person())
    for (let use = 0; use < 4; use++) {
      await t.client.getToken()
      t.clock.advance(100)
    }
    expect(asked(t.server.requests)).toEqual(['password', 'refresh-0', 'refresh-1', 'refresh-2'])
  })

  test('is not lost when the store is down', async () => {
    const up = new Set<string>()
    const unless = async <T>(work: () => T | Promise<T>): Promise<T> => {
      if (up.has('store')) return await work()
      throw new Error('down')
    }
    const inner = memoryStore()
    const store: TokenStore = {
      ...inner,
      get: (key) => unless(() => inner.get(key)),
      set: (key, token, lifetime) => unless(() => inner.set(key, token, lifetime)),
    }
    await using t = await started(rotating, person(), store)
    await t.client.getToken()
    t.clock.advance(100)
    await t.client.getToken()
    up.add('store')
    t.clock.advance(100)
    await t.client.getToken()
    expect(asked(t.server.requests)).toEqual(['password', 'refresh-0', 'refresh-1'])
  })
})

describe('a refresh that fails', () => {
  const refusing: Handler = (request, response, index) =>
    request.body.includes('refresh_token')
      ? json(response, { error: 'invalid_grant' }, 400)
      : rotating(request, response, index)

  test('invalid_grant: a grant that can be repeated takes its place', async () => {
    await using t = await started(refusing, person())
    await t.client.getToken()
    t.clock.advance(100)
    expect((await t.client.getToken()).accessToken).toBe('access-2')
    expect(asked(t.server.requests)).toEqual(['password', 'refresh-0', 'password'])
  })

  test('server down: the refresh token is used again later', async () => {
    await using t = await started(rotating, person())
    await t.client.getToken()
    t.clock.advance(100)
    t.server.handler = (_, response) => json(response, {}, 503)
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'temporarily_unavailable' })
    t.clock.advance(100)
    t.server.handler = rotating
    await t.client.getToken()
    expect(asked(t.server.requests)).toEqual(['password', 'refresh-0', 'refresh-0'])
  })

  // Slack, GitHub and others answer 200 to a request that they refuse.
  test.for<readonly [status: number, error: string, next: string]>([
    [400, 'invalid_client', 'refresh-0'],
    [200, 'invalid_client', 'refresh-0'],
    [200, 'invalid_request', 'refresh-0'],
    [200, 'temporarily_unavailable', 'refresh-0'],
    [200, 'bad_weather', 'password'],
    [200, 'server_error', 'password'],
    [500, 'invalid_client', 'password'],
  ])('status %i, %s: what is sent next is %s', async ([status, error, next]) => {
    await using t = await started(rotating, person())
    await t.client.getToken()
    t.clock.advance(100)
    t.server.handler = (_, response) => json(response, { error }, status)
    await errorOf(t.client.getToken())
    t.clock.advance(400)
    t.server.handler = rotating
    await t.client.getToken()
    expect(asked(t.server.requests)).toEqual(['password', 'refresh-0', next])
  })

  test('answer lost: it may have been used, so it is not sent again', async () => {
    await using t = await started(rotating, person())
    await t.client.getToken()
    t.clock.advance(100)
    t.server.handler = (_, response) => void response.destroy()
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'network_error' })
    t.clock.advance(100)
    t.server.handler = rotating
    await t.client.getToken()
    expect(asked(t.server.requests)).toEqual(['password', 'refresh-0', 'password'])
  })
})

describe('refreshToken(token)', () => {
  test('starts with the token given and goes on with its successors', async () => {
    await using t = await started(rotating, refreshToken('refresh-start'))
    for (let use = 0; use < 3; use++) {
      await t.client.getToken()
      t.clock.advance(100)
    }
    expect(asked(t.server.requests)).toEqual(['refresh-start', 'refresh-0', 'refresh-1'])
  })

  test('a restart goes on where the store is, not with the token given', async () => {
    const store = memoryStore()
    await using t = await started(rotating, refreshToken('refresh-start'), store)
    await t.client.getToken()
    t.clock.advance(100)
    await clientOf(t.server.origin, { now: t.clock.now, cache: store, grant: refreshToken('refresh-start') }).getToken()
    expect(asked(t.server.requests)).toEqual(['refresh-start', 'refresh-0'])
  })

  test('one that another process has used is not sent again, even if the store forgets its successor', async () => {
    const inner = memoryStore()
    const forgotten = new Set<string>()
    const get: TokenStore['get'] = (key) => (forgotten.has('all') ? undefined : inner.get(key))
    const store: TokenStore = { ...inner, get }
    await using t = await started(rotating, refreshToken('refresh-start'), store)
    await t.client.getToken()
    t.clock.advance(100)
    const other = clientOf(t.server.origin, { now: t.clock.now, cache: store, grant: refreshToken('refresh-start') })
    await other.getToken()
    forgotten.add('all')
    expect(await errorOf(other.getToken())).toMatchObject({ code: 'invalid_grant' })
    expect(asked(t.server.requests)).toEqual(['refresh-start', 'refresh-0'])
  })

  test('a store that is down when a process starts may hold its successor: it is not sent', async () => {
    const inner = memoryStore()
    const down = new Set<string>()
    const get: TokenStore['get'] = (key) => (down.has('store') ? Promise.reject(new Error('down')) : inner.get(key))
    const store: TokenStore = { ...inner, get }
    await using t = await started(rotating, refreshToken('refresh-start'), store)
    await t.client.getToken()
    t.clock.advance(100)
    const options = { now: t.clock.now, cache: store, grant: refreshToken('refresh-start') }
    const restarted = clientOf(t.server.origin, options)
    down.add('store')
    for (const scope of [undefined, 'a']) {
      const error = await errorOf(restarted.getToken({ scope }))
      expect(error).toMatchObject({ code: 'temporarily_unavailable', retryable: true })
    }
    down.delete('store')
    t.clock.advance(100)
    expect((await restarted.getToken()).accessToken).toBe('access-1')
    expect(asked(t.server.requests)).toEqual(['refresh-start', 'refresh-0'])
  })

  test('invalid_grant is reported and remembered', async () => {
    await using t = await started((_, response) => json(response, { error: 'invalid_grant' }, 400), refreshToken('old'))
    for (let call = 0; call < 3; call++)
      expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'invalid_grant' })
    expect(t.server.requests.length).toBe(1)
  })

  test('it is sent once, whatever is asked for and however often the store forgets', async () => {
    const forgetful: TokenStore = { ...memoryStore(), get: async () => undefined }
    await using t = await started(rotating, refreshToken('refresh-start'), forgetful)
    await t.client.getToken()
    t.clock.advance(100)
    for (const scope of [undefined, 'a', 'b']) {
      expect(await errorOf(t.client.getToken({ scope }))).toMatchObject({ code: 'invalid_grant' })
      t.clock.advance(1000)
    }
    expect(asked(t.server.requests)).toEqual(['refresh-start'])
  })

  test('it does not come back when its successors are lost later on', async () => {
    const inner = memoryStore()
    const lost = new Set<string>()
    const store: TokenStore = { ...inner, get: async (key) => (lost.has('all') ? undefined : inner.get(key)) }
    await using t = await started(rotating, refreshToken('refresh-start'), store)
    for (let use = 0; use < 3; use++) {
      await t.client.getToken()
      t.clock.advance(100)
    }
    lost.add('all')
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'invalid_grant' })
    expect(asked(t.server.requests)).toEqual(['refresh-start', 'refresh-0', 'refresh-1'])
  })

  test('scopes asked for at once do not send it at once', async () => {
    await using t = await started(rotating, refreshToken('refresh-start'))
    const tokens = await Promise.all(['a', 'b', 'c'].map((scope) => t.client.getToken({ scope })))
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(3)
    expect(asked(t.server.requests)).toEqual(['refresh-start', 'refresh-0', 'refresh-1'])
  })

  test('a scope that was served before goes on with the newest, and so does another client of the store', async () => {
    const store = memoryStore()
    await using t = await started(rotating, refreshToken('refresh-start'), store)
    await t.client.getToken({ scope: 'a' })
    await t.client.getToken({ scope: 'b' })
    t.clock.advance(100)
    await t.client.getToken({ scope: 'a' })
    await t.client.getToken()
    const other = clientOf(t.server.origin, { now: t.clock.now, cache: store, grant: refreshToken('refresh-start') })
    expect((await other.getToken()).accessToken).toBe('access-3')
    await other.getToken({ scope: 'c' })
    expect(asked(t.server.requests)).toEqual(['refresh-start', 'refresh-0', 'refresh-1', 'refresh-2', 'refresh-3'])
  })

  test('where the server keeps it, it serves every scope', async () => {
    const keepsIt: Handler = (_, response, index) =>
      json(response, { access_token: `access-${index}`, token_type: 'Bearer', expires_in: 100 })
    await using t = await started(keepsIt, refreshToken('refresh-start'))
    await Promise.all([t.client.getToken({ scope: 'a' }), t.client.getToken({ scope: 'b' })])
    expect(asked(t.server.requests)).toEqual(['refresh-start', 'refresh-start'])
  })

  test('it is over after revoke()', async () => {
    const keepsIt: Handler = (_, response, index) =>
      json(response, { access_token: `access-${index}`, token_type: 'Bearer', expires_in: 100 })
    await using t = await started(keepsIt, refreshToken('refresh-start'))
    await t.client.getToken()
    await t.client.revoke()
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'invalid_grant' })
    expect(asked(t.server.requests)).toEqual(['refresh-start'])
  })

  test('invalid_grant does not hide a live token', async () => {
    await using t = await started(rotating, refreshToken('refresh-start'))
    await t.client.getToken({ scope: 'a' })
    t.server.handler = (_, response) => json(response, { error: 'invalid_grant' }, 400)
    expect(await errorOf(t.client.getToken({ scope: 'b' }))).toMatchObject({ code: 'invalid_grant' })
    expect((await t.client.getToken({ scope: 'a' })).accessToken).toBe('access-0')
  })

  test('two tokens never share a cache entry', async () => {
    const store = memoryStore()
    await using t = await started(rotating, refreshToken('one'), store)
    const other = clientOf(t.server.origin, { now: t.clock.now, cache: store, grant: refreshToken('two') })
    expect((await t.client.getToken()).accessToken).not.toBe((await other.getToken()).accessToken)
  })
})

describe('a refresh asks for what the token is for', () => {
  const last = (requests: readonly Received[]) => Object.fromEntries(new URLSearchParams(requests.at(-1)?.body))

  async function renewed(handler: Handler, options: TokenClientOptions, wish: TokenRequestOptions = {}) {
    await using server = await serve(handler)
    const clock = testClock()
    const client = clientOf(server.origin, { now: clock.now, grant: person(), ...options })
    await client.getToken(wish)
    clock.advance(100)
    await client.getToken(wish)
    return last(server.requests)
  }

  const refreshing = { grant_type: 'refresh_token', refresh_token: 'refresh-0' }

  test('resource, audience and parameters', async () => {
    const aims = { resource: 'https://api.example.com', audience: 'api' }
    const sent = await renewed(rotating, { ...aims, parameters: { tenant: 'blue' } })
    expect(sent).toEqual({ ...refreshing, ...aims, tenant: 'blue' })
  })

  test("a scope of the call's own, but not the client's default", async () => {
    expect(await renewed(rotating, { scope: 'a b' }, { scope: 'a' })).toEqual({ ...refreshing, scope: 'a' })
    expect(await renewed(rotating, { scope: 'a b' })).toEqual(refreshing)
  })

  test('at most what was granted (RFC 6749 §6)', async () => {
    const granting: Handler = (_, response, index) =>
      json(response, {
        access_token: `access-${index}`,
        token_type: 'Bearer',
        expires_in: 100,
        refresh_token: `refresh-${index}`,
        scope: 'a',
      })
    expect(await renewed(granting, { scope: 'a b c' }, { scope: 'a b' })).toEqual({ ...refreshing, scope: 'a' })
  })

  test('with a refresh token from elsewhere: the scope each time', async () => {
    const grant = refreshToken('refresh-start')
    expect(await renewed(rotating, { grant, scope: 'a' })).toEqual({ ...refreshing, scope: 'a' })
  })
})
