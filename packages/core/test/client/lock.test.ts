import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { TokenStore } from '../../src/cache/store.js'
import { refreshToken } from '../../src/client/grants/standard.js'
import { clientOf, errorOf } from '../support/client.js'
import { tokenAnswer } from '../support/local-server.js'
import { started } from '../support/started.js'

test('eight clients of one store ask once for each expiry', async () => {
  const cache = memoryStore()
  await using t = await started(tokenAnswer({ expires_in: 100 }), { cache })
  const { now } = t.clock
  const clients = [t.client, ...Array.from({ length: 7 }, () => clientOf(t.server.origin, { now, cache }))]
  for (let expiry = 1; expiry <= 3; expiry++) {
    const tokens = await Promise.all(clients.map((client) => client.getToken()))
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(t.server.requests.length).toBe(expiry)
    t.clock.advance(100)
  }
})

describe('a lock that is away', () => {
  const away = (): TokenStore => ({ ...memoryStore(), lock: () => Promise.reject(new Error('planted')) })

  test('stops no client credentials', async () => {
    await using t = await started(tokenAnswer({ expires_in: 100 }), { cache: away() })
    expect((await t.client.getToken()).accessToken).toBe('token-0')
    expect(t.events).toContainEqual(expect.objectContaining({ type: 'store_failed', operation: 'lock' }))
  })

  test('stops a refresh token, which may be under way elsewhere', async () => {
    await using t = await started(tokenAnswer(), { cache: away(), grant: refreshToken('refresh-start') })
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'temporarily_unavailable', retryable: true })
    expect(t.server.requests).toEqual([])
  })
})

test('a lock whose holder died is waited for until its lifetime ends, and no longer', async () => {
  let time = 0
  let asked = 0
  const inner = memoryStore({ now: () => time })
  const lock: TokenStore['lock'] = async (key, lifetime) => {
    asked++
    if (asked === 1) await inner.lock?.(key, 60)
    if (asked === 3) time = 60_000
    return await inner.lock?.(key, lifetime)
  }
  await using t = await started(tokenAnswer(), { cache: { ...inner, lock }, grant: refreshToken('refresh-start') })
  await t.client.getToken()
  expect([asked, t.server.requests.length]).toEqual([3, 1])
})

test('a process that was held up for longer than its turn lasts sends no refresh token', async () => {
  const inner = memoryStore()
  const holdUps: number[] = []
  const lock: TokenStore['lock'] = async (key, lifetime) => {
    const taken = await inner.lock?.(key, lifetime)
    t.clock.advance(holdUps.pop() ?? 0)
    return taken
  }
  await using t = await started(tokenAnswer(), { cache: { ...inner, lock }, grant: refreshToken('refresh-start') })
  holdUps.push(60)
  expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'timeout', retryable: true })
  expect(t.server.requests).toEqual([])
  t.clock.advance(60)
  expect((await t.client.getToken()).accessToken).toBe('token-0')
})

test("a renewal behind the callers' backs waits a while for a store that is away, and adopts what a sibling got", async () => {
  const inner = memoryStore()
  let asked = 0
  const lock: TokenStore['lock'] = async (key, lifetime) => {
    asked++
    if (asked === 2) throw new Error('planted')
    if (asked === 3) await sibling.getToken({ forceRefresh: true })
    return await inner.lock?.(key, lifetime)
  }
  await using t = await started(tokenAnswer({ expires_in: 1000 }), { cache: { ...inner, lock } })
  const sibling = clientOf(t.server.origin, { now: t.clock.now, cache: inner })
  await t.client.getToken()
  t.clock.advance(860)
  expect((await t.client.getToken()).accessToken).toBe('token-0')
  await t.told('renewed')
  expect((await t.client.getToken()).accessToken).toBe('token-1')
  expect([asked, t.server.requests.length]).toEqual([3, 2])
})
