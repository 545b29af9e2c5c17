import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { StoredToken, TokenStore } from '../../src/cache/store.js'
import { clientOf, errorOf } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { serve, tokenAnswer } from '../support/local-server.js'

/** A client whose second call, and every one after it, finds its token at hand. */
async function warmClient(over: (inner: TokenStore) => Partial<TokenStore> = () => ({})) {
  const server = await serve(tokenAnswer({ expires_in: 1000 }))
  const clock = testClock()
  const inner = memoryStore()
  const records = new Map<string, StoredToken>()
  const cache: TokenStore = {
    ...inner,
    set: async (key, token, lifetime) => {
      records.set(key, token)
      await inner.set(key, token, lifetime)
    },
    ...over(inner),
  }
  const events: string[] = []
  const client = clientOf(server.origin, { now: clock.now, cache, onEvent: ({ type }) => void events.push(type) })
  for (let call = 0; call < 3; call++) await client.getToken()
  return { server, clock, cache, records, events, client, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('what is at hand is looked at anew by each call', () => {
  test('whether it is fresh, whichever way the clock goes', async () => {
    await using t = await warmClient()
    t.clock.advance(-5000)
    expect((await t.client.getToken()).accessToken).toBe('token-0')
    t.clock.advance(5000 + 699)
    expect((await t.client.getToken()).accessToken).toBe('token-0')
    expect(t.server.requests).toHaveLength(1)
    t.clock.advance(301)
    expect((await t.client.getToken()).accessToken).toBe('token-1')
    t.clock.advance(-1000)
    expect((await t.client.getToken()).accessToken).toBe('token-1')
  })

  test('whether the store still has it', async () => {
    await using t = await warmClient()
    for (const key of t.records.keys()) await t.cache.delete(key)
    expect((await t.client.getToken()).accessToken).toBe('token-1')
  })

  test('whether somebody has put another one there', async () => {
    await using t = await warmClient()
    for (const [key, token] of t.records) await t.cache.set(key, { ...token, accessToken: 'theirs' }, 1000)
    expect((await t.client.getToken()).accessToken).toBe('theirs')
    expect(t.server.requests).toHaveLength(1)
  })

  test('whether it is a token, where the store hands out what somebody may still change', async () => {
    const own = new Map<string, { -readonly [K in keyof StoredToken]: StoredToken[K] }>()
    await using t = await warmClient(() => ({
      get: (key) => own.get(key),
      set: (key, token) => void own.set(key, { ...token }),
    }))
    const [record] = own.values()
    if (record === undefined) throw new Error('nothing was stored')
    record.accessToken = 'changed'
    expect((await t.client.getToken()).accessToken).toBe('changed')
    record.accessToken = 'two\r\nlines'
    expect((await t.client.getToken()).accessToken).toBe('token-1')
  })

  test('whether the client is closed', async () => {
    await using t = await warmClient()
    t.client.close()
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'client_closed' })
    expect(await errorOf(t.client.fetch(t.server.origin))).toMatchObject({ code: 'client_closed' })
    expect(await errorOf(t.client.getHeaders())).toMatchObject({ code: 'client_closed' })
  })

  test('whether it was revoked, under every scope it was asked for', async () => {
    await using t = await warmClient()
    const scopes = ['a', 'b c', 'c b', ' b  c ']
    for (const scope of [...scopes, ...scopes]) await t.client.getToken({ scope })
    expect(t.server.requests).toHaveLength(3)
    await t.client.revoke()
    expect((await t.client.getToken()).accessToken).toBe('token-3')
    for (const scope of scopes) await t.client.getToken({ scope })
    expect(t.server.requests).toHaveLength(6)
  })
})

test('a call of which a token is at hand is told as any other', async () => {
  await using t = await warmClient()
  await t.client.fetch(t.server.origin)
  await t.client.getHeaders()
  expect(t.events).toEqual(['acquired', 'hit', 'hit', 'hit', 'hit'])
})

test('who gave up before gets nothing, though a token is at hand', async () => {
  await using t = await warmClient()
  const signal = AbortSignal.abort(new Error('gave up'))
  for (const asking of [
    t.client.getToken({ signal }),
    t.client.getHeaders({ signal }),
    t.client.fetch(t.server.origin, { signal }),
  ])
    expect(await errorOf(asking)).toMatchObject({ message: 'gave up' })
  expect(t.server.requests).toHaveLength(1)
})

test('a call that asks for what is nothing is rejected, and throws nothing', async () => {
  await using t = await warmClient()
  expect(await errorOf(t.client.getToken({ scope: 'a"b' }))).toMatchObject({ code: 'invalid_scope' })
  expect(await errorOf(t.client.getToken({ resource: 'none' }))).toMatchObject({ code: 'invalid_target' })
  expect(await errorOf(t.client.getToken(null as never))).toBeInstanceOf(TypeError)
})

test('promises are not shared: what one caller does to its own reaches no other', async () => {
  await using t = await warmClient()
  const [one, other] = [t.client.getToken(), t.client.getToken()]
  expect(one).not.toBe(other)
  expect(await one).toBe(await other)
})
