import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { StoredToken, TokenStore } from '../../src/cache/store.js'
import type { TokenClientEvent } from '../../src/client/events.js'
import { clientOf, errorOf } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { json, serve, tokenAnswer } from '../support/local-server.js'

/** A client of a server whose tokens live `lifetime` seconds, with a clock and everything it said. */
async function started(lifetime: number, store: TokenStore = memoryStore()) {
  const server = await serve(tokenAnswer({ expires_in: lifetime }))
  const clock = testClock()
  const events: TokenClientEvent[] = []
  const told = (type: TokenClientEvent['type'], n = 1) =>
    new Promise<void>((resolve) => {
      waiting.push(() => {
        if (events.filter((event) => event.type === type).length >= n) resolve()
      })
    })
  const waiting: (() => void)[] = []
  const onEvent = (event: TokenClientEvent) => {
    events.push(event)
    for (const check of waiting) check()
  }
  const client = clientOf(server.origin, { now: clock.now, cache: store, onEvent })
  return { server, clock, client, events, told, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

const down = (retryAfter?: string) => (_: unknown, response: Parameters<typeof json>[0]) =>
  json(response, {}, 503, retryAfter === undefined ? {} : { 'retry-after': retryAfter })

describe('requests made', () => {
  test('another scope, another resource: another token; the order of scopes: the same', async () => {
    await using t = await started(3600)
    await t.client.getToken({ scope: 'a b' })
    await t.client.getToken({ scope: 'b a a' })
    expect(t.server.requests.length).toBe(1)
    await t.client.getToken({ scope: 'a' })
    await t.client.getToken({ scope: 'a', resource: 'https://api.example.com' })
    expect(t.server.requests.map(({ body }) => new URLSearchParams(body).get('resource'))).toEqual([
      null,
      null,
      'https://api.example.com',
    ])
  })
})

describe('thresholds', () => {
  test('a token past its threshold is renewed behind the caller, who gets the live one', async () => {
    await using t = await started(1000)
    await t.client.getToken()
    t.clock.advance(1000 - 31)
    const renewed = t.told('renewed')
    expect((await t.client.getToken()).accessToken).toBe('token-0')
    await renewed
    expect((await t.client.getToken()).accessToken).toBe('token-1')
    expect(t.server.requests.length).toBe(2)
  })

  test('close to its end the caller waits for the new one', async () => {
    await using t = await started(1000)
    await t.client.getToken()
    t.clock.advance(1000 - 29)
    expect((await t.client.getToken()).accessToken).toBe('token-1')
  })

  test('an expired one is never served', async () => {
    await using t = await started(1000)
    await t.client.getToken()
    t.clock.advance(1000)
    t.server.handler = down()
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'temporarily_unavailable' })
  })

  test('refresh_in is honoured when it is earlier', async () => {
    await using t = await started(1000)
    t.server.handler = tokenAnswer({ expires_in: 1000, refresh_in: 100 })
    await t.client.getToken()
    t.clock.advance(101)
    const renewed = t.told('renewed')
    await t.client.getToken()
    await renewed
    expect(t.server.requests.length).toBe(2)
  })
})

describe('authorization server down', () => {
  test('a caller who has to wait is served the live token when the renewal fails', async () => {
    await using t = await started(1000)
    await t.client.getToken()
    t.server.handler = down()
    t.clock.advance(1000 - 5)
    expect((await t.client.getToken()).accessToken).toBe('token-0')
    expect(t.server.requests.length).toBe(4)
  })
})

describe('wrong secret', () => {
  test('a success starts the counting anew', async () => {
    await using t = await started(1000)
    const refuse = (_: unknown, response: Parameters<typeof json>[0]) =>
      json(response, { error: 'invalid_client' }, 401)
    t.server.handler = refuse
    await errorOf(t.client.getToken())
    t.clock.advance(30)
    t.server.handler = tokenAnswer()
    await t.client.getToken()
    t.server.handler = refuse
    await errorOf(t.client.getToken({ scope: 'other' }))
    t.clock.advance(30)
    t.server.handler = tokenAnswer()
    expect((await t.client.getToken({ scope: 'other' })).scope).toBe('other')
  })

  test('a scope that is refused does not stop another', async () => {
    await using t = await started(1000)
    t.server.handler = (request, response, index) =>
      request.body.includes('scope=no')
        ? json(response, { error: 'invalid_scope' }, 400)
        : tokenAnswer()(request, response, index)
    await errorOf(t.client.getToken({ scope: 'no' }))
    expect((await t.client.getToken({ scope: 'yes' })).scope).toBe('yes')
    expect(await errorOf(t.client.getToken({ scope: 'no' }))).toMatchObject({ code: 'invalid_scope' })
    expect(t.server.requests.length).toBe(2)
  })
})

describe('flights', () => {
  test('F-5: a failure reaches all, and a later call asks again', async () => {
    await using t = await started(1000)
    t.server.handler = down('1')
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => t.client.getToken()))
    expect(results.every(({ status }) => status === 'rejected')).toBe(true)
    expect(t.server.requests.length).toBe(1)
    t.clock.advance(1)
    t.server.handler = tokenAnswer()
    await t.client.getToken()
    expect(t.server.requests.length).toBe(2)
  })

  test('a signal that is aborted already asks nobody', async () => {
    await using t = await started(1000)
    await errorOf(t.client.getToken({ signal: AbortSignal.abort() }))
    expect(t.server.requests.length).toBe(0)
  })

  test('forceRefresh asks again, at most once in 10 s', async () => {
    await using t = await started(1000)
    await t.client.getToken()
    expect((await t.client.getToken({ forceRefresh: true })).accessToken).toBe('token-1')
    expect((await t.client.getToken({ forceRefresh: true })).accessToken).toBe('token-1')
    t.clock.advance(10)
    expect((await t.client.getToken({ forceRefresh: true })).accessToken).toBe('token-2')
  })

  test('forceRefresh that is true in JavaScript only asks as well', async () => {
    await using t = await started(1000)
    await t.client.getToken()
    expect((await t.client.getToken({ forceRefresh: 'yes' as never })).accessToken).toBe('token-1')
  })
})

describe('G-29: clocks that jump', () => {
  test('an hour forward: the token counts as expired, the next one is kept', async () => {
    await using t = await started(1000)
    await t.client.getToken()
    t.clock.advance(3600)
    expect((await t.client.getToken()).accessToken).toBe('token-1')
    expect((await t.client.getToken()).accessToken).toBe('token-1')
  })

  test('an hour back: the token is served, and failures are not remembered for longer', async () => {
    await using t = await started(1000)
    await t.client.getToken()
    t.clock.advance(-3600)
    expect((await t.client.getToken()).accessToken).toBe('token-0')
    t.server.handler = down('30')
    await errorOf(t.client.getToken({ scope: 'b' }))
    t.clock.advance(-3600)
    await errorOf(t.client.getToken({ scope: 'b' }))
    expect(t.server.requests.length).toBe(3)
  })
})

describe('stores', () => {
  test('a record nobody can read is a miss', async () => {
    const odd: unknown = { accessToken: 1 }
    const store: TokenStore = { ...memoryStore(), get: async () => JSON.parse(JSON.stringify(odd)) }
    await using t = await started(1000, store)
    expect((await t.client.getToken()).accessToken).toBe('token-0')
  })

  test('a caller who looked before a token came, and acts after, takes that token', async () => {
    const inner = memoryStore()
    const gates: (() => void)[] = []
    let looked = (): void => undefined
    const store: TokenStore = {
      ...inner,
      get: async (key) => {
        const found = await inner.get(key)
        // The first look is held up on its way back, the later ones are not.
        if (gates.length === 0) {
          const gate = new Promise<void>((resolve) => gates.push(resolve))
          looked()
          await gate
        }
        return found
      },
    }
    await using t = await started(1000, store)
    const first = new Promise<void>((resolve) => {
      looked = resolve
    })
    const late = t.client.getToken()
    await first
    await t.client.getToken()
    gates[0]?.()
    expect((await late).accessToken).toBe('token-0')
    expect(t.server.requests.length).toBe(1)
  })

  test('two clients with one store share a token', async () => {
    const store = memoryStore()
    await using t = await started(1000, store)
    const sibling = clientOf(t.server.origin, { now: t.clock.now, cache: store })
    await t.client.getToken()
    await sibling.getToken()
    expect(t.server.requests.length).toBe(1)
  })

  test('what is stored is plain JSON and says when to renew', async () => {
    const records: StoredToken[] = []
    const inner = memoryStore()
    const store: TokenStore = {
      ...inner,
      set: (key, token, lifetime) => {
        records.push(token)
        expect(lifetime).toBe(1000)
        return inner.set(key, token, lifetime)
      },
    }
    await using t = await started(1000, store)
    await t.client.getToken()
    const [record] = records
    expect(record).toMatchObject({
      accessToken: 'token-0',
      issuedAt: 1_800_000_000,
      expiresAt: 1_800_001_000,
      waitAt: 1_800_000_970,
    })
    expect(JSON.parse(JSON.stringify(record))).toEqual(JSON.parse(JSON.stringify({ ...record })))
  })
})

test('close ends what is under way, and later calls', async () => {
  await using t = await started(1000)
  t.server.handler = () => undefined
  const waiting = errorOf(t.client.getToken())
  await t.server.received(1)
  t.client.close()
  expect(await waiting).toMatchObject({ code: 'client_closed' })
  expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'client_closed' })
  expect(await errorOf(t.client.fetch(t.server.origin))).toMatchObject({ code: 'client_closed' })
})

test('a listener that throws harms nobody', async () => {
  await using server = await serve(tokenAnswer())
  const onEvent = () => {
    throw new Error('listener')
  }
  expect((await clientOf(server.origin, { onEvent }).getToken()).accessToken).toBe('token-0')
})
