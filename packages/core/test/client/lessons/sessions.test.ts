import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../../src/cache/memory-store.js'
import type { TokenStore } from '../../../src/cache/store.js'
import type { Grant } from '../../../src/client/grants/grant.js'
import { password, refreshToken } from '../../../src/client/grants/standard.js'
import { clientOf, errorOf } from '../../support/client.js'
import { type Handler, json, type Received, tokenAnswer } from '../../support/local-server.js'
import { started } from '../../support/started.js'

/** What rotates or is cancelled: where other clients were measured losing a session, or sending it twice. */

/** Answers each request with tokens numbered by it, as a server does that rotates refresh tokens. */
const rotating: Handler = (_, response, index) =>
  json(response, {
    access_token: `access-${index}`,
    token_type: 'Bearer',
    expires_in: 100,
    refresh_token: `refresh-${index}`,
  })

const person = (): Grant => password({ username: 'ada', password: 'planted-password' })

/** What each request asked with: its grant, or the refresh token it sent. */
function asked(requests: readonly Received[]): (string | null)[] {
  return requests.map(({ body }) => {
    const form = new URLSearchParams(body)
    return form.get('refresh_token') ?? form.get('grant_type')
  })
}

describe('rotated refresh token: google throws it away, simple-oauth2 loses the old one where none is returned', () => {
  test('I-21 ours is saved before the access token is handed out', async () => {
    const inner = memoryStore()
    const order: string[] = []
    const cache: TokenStore = {
      ...inner,
      set: async (key, token, lifetime) => {
        await inner.set(key, token, lifetime)
        // The refresh token outlives the access token, and the record both.
        expect(lifetime).toBeUndefined()
        order.push(`saved ${token.refreshToken}`)
      },
    }
    await using t = await started(rotating, { grant: person(), cache })
    await t.client.getToken().then(({ accessToken }) => order.push(`handed out ${accessToken}`))
    t.clock.advance(100)
    await t.client.getToken().then(({ accessToken }) => order.push(`handed out ${accessToken}`))
    expect(order).toEqual(['saved refresh-0', 'handed out access-0', 'saved refresh-1', 'handed out access-1'])
  })

  test.for<readonly [string, object]>([
    ['is left out', {}],
    ['is null', { refresh_token: null }],
    ['is empty', { refresh_token: '' }],
  ])('I-23 the old one is kept when the answer has none: it %s', async ([, none]) => {
    const keeping: Handler = (request, response, index) =>
      tokenAnswer({ expires_in: 100, ...(index === 0 ? { refresh_token: 'refresh-0' } : none) })(
        request,
        response,
        index,
      )
    await using t = await started(keeping, { grant: person() })
    for (let use = 0; use < 3; use++) {
      expect((await t.client.getToken()).refreshToken).toBe('refresh-0')
      t.clock.advance(100)
    }
    expect(asked(t.server.requests)).toEqual(['password', 'refresh-0', 'refresh-0'])
  })
})

test('I-24 a refresh that grants less says so', async () => {
  const narrowing: Handler = (request, response, index) =>
    tokenAnswer({ expires_in: 100, refresh_token: 'refresh', scope: index === 0 ? 'a b' : 'a' })(
      request,
      response,
      index,
    )
  await using t = await started(narrowing, { grant: person(), scope: 'a b' })
  expect((await t.client.getToken()).scope).toBe('a b')
  t.clock.advance(100)
  expect((await t.client.getToken()).scope).toBe('a')
})

describe('refresh-token race: Duende reads before it locks; LibreChat#15977, Floway#67', () => {
  test('I-21 a hundred callers of two clients of one store use it once', async () => {
    const cache = memoryStore()
    await using t = await started(rotating, { grant: refreshToken('refresh-start'), cache })
    const { now } = t.clock
    const sibling = clientOf(t.server.origin, { now, cache, grant: refreshToken('refresh-start') })
    await t.client.getToken()
    t.clock.advance(100)
    const callers = Array.from({ length: 50 }, () => [t.client, sibling]).flat()
    const tokens = await Promise.all(callers.map((client) => client.getToken()))
    expect(new Set(tokens.map(({ accessToken }) => accessToken))).toEqual(new Set(['access-1']))
    expect(asked(t.server.requests)).toEqual(['refresh-start', 'refresh-0'])
  })

  test('lock, then read again: what a sibling renewed meanwhile is taken', async () => {
    const cache = memoryStore()
    await using t = await started(rotating, { grant: person(), cache })
    const sibling = clientOf(t.server.origin, { now: t.clock.now, cache, grant: person() })
    await t.client.getToken()
    t.clock.advance(100)
    await sibling.getToken()
    expect((await t.client.getToken()).accessToken).toBe('access-1')
    expect(asked(t.server.requests)).toEqual(['password', 'refresh-0'])
  })

  test("on invalid_grant it is read once more, and a sibling's is adopted", async () => {
    const cache = memoryStore()
    await using t = await started(rotating, { grant: refreshToken('refresh-start'), cache })
    await t.client.getToken()
    t.clock.advance(100)
    t.server.handler = async (_request, response) => {
      // While this one is on its way, another process has renewed and saved: it knows of no turns.
      t.server.handler = rotating
      const { lock: _, ...unlocked } = cache
      const grant = refreshToken('refresh-start')
      await clientOf(t.server.origin, { now: t.clock.now, cache: unlocked, grant }).getToken()
      json(response, { error: 'invalid_grant' }, 400)
    }
    expect((await t.client.getToken()).accessToken).toBe('access-2')
    expect(asked(t.server.requests)).toEqual(['refresh-start', 'refresh-0', 'refresh-0'])
  })

  test('and without a sibling it is told', async () => {
    await using t = await started(rotating, { grant: refreshToken('refresh-start') })
    await t.client.getToken()
    t.clock.advance(100)
    t.server.handler = (_, response) => json(response, { error: 'invalid_grant' }, 400)
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'invalid_grant', retryable: false })
    expect(t.server.requests.length).toBe(2)
  })
})

describe('cancellation: in Go a context cancelled at the start kills every later refresh (golang/oauth2#388)', () => {
  test('a signal that is aborted after the first token ends no later renewal', async () => {
    await using t = await started()
    const start = new AbortController()
    await t.client.getToken({ signal: start.signal })
    start.abort()
    t.clock.advance(3600)
    expect((await t.client.getToken()).accessToken).toBe('token-1')
  })

  test('G-13 a caller that gives up leaves alone; the others get the token', async () => {
    await using t = await started()
    let release = (): void => undefined
    t.server.handler = (request, response, index) => {
      release = () => void tokenAnswer()(request, response, index)
    }
    const leaving = new AbortController()
    const first = errorOf(t.client.getToken({ signal: leaving.signal }))
    const second = t.client.getToken()
    await t.server.received(1)
    leaving.abort(new Error('enough'))
    expect(await first).toMatchObject({ message: 'enough' })
    release()
    expect((await second).accessToken).toBe('token-0')
    expect(t.server.requests.length).toBe(1)
  })

  test('a flight has its own deadlines: each try one, all of them another', async () => {
    const deadlines: number[] = []
    const timeout = AbortSignal.timeout
    AbortSignal.timeout = (milliseconds) => {
      deadlines.push(milliseconds)
      return timeout.call(AbortSignal, milliseconds)
    }
    try {
      await using t = await started((_, response) => json(response, {}, 503))
      await errorOf(t.client.getToken())
    } finally {
      AbortSignal.timeout = timeout
    }
    expect(deadlines).toEqual([30_000, 10_000, 10_000, 10_000])
  })

  test('a server that hangs is given up, and told to have been too slow', async () => {
    await using t = await started(() => undefined, { timeout: 0.05 })
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'timeout', retryable: true })
    expect(t.server.requests.length).toBe(1)
  })

  test('F-4 at most 2 retries, and then it is told and remembered', async () => {
    await using t = await started((_, response) => json(response, {}, 503))
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'temporarily_unavailable', status: 503 })
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'temporarily_unavailable' })
    expect(t.server.requests.length).toBe(3)
  })

  test.for<readonly [string, () => Grant]>([
    ['a password', person],
    ['a refresh token', () => refreshToken('planted')],
  ])('F-4 only for client credentials: %s is sent once', async ([, grant]) => {
    const failures: readonly Handler[] = [
      (_, response) => json(response, {}, 503),
      (_, response) => void response.destroy(),
    ]
    for (const failure of failures) {
      await using t = await started(failure, { grant: grant() })
      await errorOf(t.client.getToken())
      expect(t.server.requests.length).toBe(1)
    }
  })

  test('F-4 a single-use credential is never sent again, not even by a later call', async () => {
    await using t = await started((_, response) => void response.destroy(), { grant: refreshToken('refresh-start') })
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'network_error' })
    t.clock.advance(3600)
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'invalid_grant' })
    expect(t.server.requests.length).toBe(1)
  })
})
