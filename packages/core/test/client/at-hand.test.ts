import { createHook } from 'node:async_hooks'
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

  test('whether it is a token, where somebody has put something else into the memory', async () => {
    await using t = await warmClient()
    for (const [key, token] of t.records) await t.cache.set(key, { ...token, accessToken: 'two\r\nlines' }, 1000)
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

test('a list of scopes and an API are found at hand, too', async () => {
  await using t = await warmClient()
  const resource = 'https://api.example.com'
  const wishes = [{ scope: ['a', 'b'] }, { resource }, { resource: [resource] }, { resource, scope: 'a' }]
  for (const wish of wishes) await t.client.getToken(wish)
  for (const wish of wishes) expect(t.client.getToken(wish)).toBe(t.client.getToken(wish))
  const tokens = await Promise.all(wishes.map((wish) => t.client.getToken(wish)))
  expect(tokens.map(({ accessToken }) => accessToken)).toEqual(['token-1', 'token-2', 'token-2', 'token-3'])
})

test.for<readonly [string, object]>([
  ['an object that is a text', { scope: new String('a') }],
  ['null', { scope: null, resource: 'https://api.example.com' }],
  ['a list of what would be two', { scope: ['a b'] }],
  ['a list in a list', { scope: [['a'], 'b'] }],
  ['how a list is remembered', { scope: '[["a","b"],null]' }],
])('what looks like a scope that is at hand is none: %s', async ([, options]) => {
  await using t = await warmClient()
  for (const wish of [{ scope: 'a' }, { scope: ['a', 'b'] }, { resource: 'https://api.example.com' }]) {
    for (let call = 0; call < 2; call++) await t.client.getToken(wish)
  }
  expect(await errorOf(t.client.getToken(options))).toMatchObject({ code: 'invalid_scope' })
})

test('a call that asks for what is nothing is rejected, and throws nothing', async () => {
  await using t = await warmClient()
  expect(await errorOf(t.client.getToken({ scope: 'a"b' }))).toMatchObject({ code: 'invalid_scope' })
  expect(await errorOf(t.client.getToken({ resource: 'none' }))).toMatchObject({ code: 'invalid_target' })
  expect(await errorOf(t.client.getToken(null as never))).toBeInstanceOf(TypeError)
})

describe('the promise of a token at hand', () => {
  test('is one for all callers', async () => {
    await using t = await warmClient()
    const promise = t.client.getToken()
    expect(t.client.getToken()).toBe(promise)
    expect(await promise.then(({ accessToken }) => accessToken)).toBe('token-0')
  })

  test('can be waited for by who looks on through async_hooks, as debuggers and tracers do', async () => {
    await using t = await warmClient()
    await t.client.getToken()
    const seen: string[] = []
    const hook = createHook({ init: (_, type) => void seen.push(type) }).enable()
    // What a hook throws goes to nobody who waits, but ends the process.
    const thrown: unknown[] = []
    const note = (error: unknown) => void thrown.push(error)
    process.prependOnceListener('uncaughtException', note)
    try {
      expect((await t.client.getToken()).accessToken).toBe('token-0')
    } finally {
      hook.disable()
      process.off('uncaughtException', note)
    }
    expect(seen).toContain('PROMISE')
    expect(thrown).toEqual([])
  })

  test('is another one for another token', async () => {
    await using t = await warmClient()
    const promise = t.client.getToken()
    for (const [key, token] of t.records) await t.cache.set(key, { ...token, accessToken: 'theirs' }, 1000)
    expect((await t.client.getToken()).accessToken).toBe('theirs')
    expect((await promise).accessToken).toBe('token-0')
  })
})

describe('the wall clock is trusted for seconds', () => {
  /** Two clocks, as there are where none is given; of both, only the wall clock can be set. */
  async function clocked(run: (clocks: { wall: number; monotonic: number }) => Promise<void>) {
    const clocks = { wall: 1_800_000_000_000, monotonic: 0 }
    const real = { now: Date.now, monotonic: performance.now }
    Date.now = () => clocks.wall
    performance.now = () => clocks.monotonic
    try {
      await run(clocks)
    } finally {
      Date.now = real.now
      performance.now = real.monotonic
    }
  }

  test('and no longer: a token does not outlive itself though the clock was set back', async () => {
    await using server = await serve(tokenAnswer({ expires_in: 1000 }))
    await clocked(async (clocks) => {
      const client = clientOf(server.origin)
      await client.getToken()
      expect((await client.getToken()).accessToken).toBe('token-0')
      clocks.monotonic += 1_000_000
      // The very time at which it was looked at last: nobody can tell for as long as that stretch lasts.
      expect((await client.getToken()).accessToken).toBe('token-0')
      clocks.wall += 5000
      expect((await client.getToken()).accessToken).toBe('token-1')
      clocks.monotonic += 1_000_000
      clocks.wall -= 100_000
      expect((await client.getToken()).accessToken).toBe('token-2')
    })
  })
})

describe('another store', () => {
  /** One of this process that counts how often it is asked. */
  const counting = (isAsync: boolean) => {
    const records = new Map<string, StoredToken>()
    const asked: string[] = []
    const get = (key: string) => {
      asked.push(key)
      return isAsync ? Promise.resolve(records.get(key)) : records.get(key)
    }
    return { asked, get, set: (key: string, token: StoredToken) => void records.set(key, Object.freeze(token)) }
  }

  test('that answers without a promise is not waited for', async () => {
    await using t = await warmClient(() => counting(false))
    let isThere = false
    void t.client.getToken().then(() => {
      isThere = true
    })
    await undefined
    expect(isThere).toBe(true)
  })

  test.for([true, false])('is asked once by each call; by promises: %o', async (isAsync) => {
    const { asked, ...store } = counting(isAsync)
    await using t = await warmClient(() => store)
    const before = asked.length
    for (let call = 0; call < 3; call++) await t.client.getToken()
    expect(asked.length).toBe(before + 3)
  })
})

test('a token of seconds is renewed in time, whatever stretch its time to be renewed falls into', async () => {
  for (let start = 0; start < 5; start++) {
    await using server = await serve(tokenAnswer({ expires_in: 12 }))
    const clock = testClock(1_800_000_000 + start)
    const client = clientOf(server.origin, { now: clock.now })
    // Renewed from 9.6 to 9.9 seconds on.
    for (const seconds of [0, 5, 4.5]) {
      clock.advance(seconds)
      await client.getToken()
    }
    expect(server.requests).toHaveLength(1)
    clock.advance(0.45)
    await client.getToken()
    await server.received(2)
  }
})

test('a token that is at hand again and again is not the one that makes room', async () => {
  await using server = await serve(tokenAnswer())
  const client = clientOf(server.origin, { cache: memoryStore({ maxEntries: 2 }) })
  await client.getToken()
  for (let scope = 1; scope <= 5; scope++) {
    for (let call = 0; call < 2; call++) expect((await client.getToken()).accessToken).toBe('token-0')
    expect((await client.getToken({ scope: String(scope) })).accessToken).toBe(`token-${scope}`)
  }
})

test('what waits to be saved comes before what the memory still has', async () => {
  const isAway = new Set<string>()
  await using t = await warmClient((inner) => ({
    set: (key, token, lifetime) => {
      if (isAway.size > 0) throw new Error('planted')
      return inner.set(key, token, lifetime)
    },
  }))
  isAway.add('now')
  expect((await t.client.getToken({ forceRefresh: true })).accessToken).toBe('token-1')
  for (let call = 0; call < 3; call++) expect((await t.client.getToken()).accessToken).toBe('token-1')
})

// 20,002 calls take their time where others run beside them.
test('10,001 scopes are more than are remembered, and each has its own token', { timeout: 60_000 }, async () => {
  const answer = { token_type: 'Bearer', expires_in: 1000 }
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const scope = new URLSearchParams(String(init?.body)).get('scope') ?? ''
    asked.push(scope)
    return new Response(JSON.stringify({ ...answer, access_token: scope }))
  }
  const cache = memoryStore({ maxEntries: 20_000 })
  const client = clientOf('https://as.example.com', { cache, fetch, now: testClock().now })
  const scopes = Array.from({ length: 10_001 }, (_, n) => `scope-${n}`)
  for (const scope of [...scopes, ...scopes]) expect((await client.getToken({ scope })).accessToken).toBe(scope)
  expect(asked).toEqual(scopes)
})
