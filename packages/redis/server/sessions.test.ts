import { setTimeout } from 'node:timers/promises'
import { createVerifier } from '@auth/core'
import { createLogin, type Login } from '@auth/core/login'
import { createUserAgent, type LoginServer, startLoginServer } from '@auth/testing'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisStore } from '../src/token-store.js'
import { type Connected, clients } from './support/clients.js'
import { keyOf } from './support/records.js'
import { type RedisServer, startRedis } from './support/redis-server.js'

const redirectUri = 'http://127.0.0.1:9/auth/callback'

let redis: RedisServer
let server: LoginServer

beforeAll(async () => {
  redis = await startRedis()
  server = await startLoginServer({ lifetime: 600 })
})

afterAll(async () => {
  await server.close()
  await redis[Symbol.asyncDispose]()
})

describe.for(clients)('with %s, two processes that share sessions', ([name, connect]) => {
  let connections: readonly Connected[]
  let processes: readonly [Login, Login]

  beforeAll(async () => {
    connections = [await connect(redis.url), await connect(redis.url)]
    const { clientId, clientSecret } = await server.registerClient({ redirectUri })
    const [one, other] = connections.map(({ client }) =>
      createLogin({
        issuer: server.issuer,
        clientId,
        clientSecret,
        redirectUri,
        resource: server.audience,
        scope: 'accounts:read',
        store: redisStore(client, { encryptionKeys: [keyOf(1)], namespace: name }),
        verifier: createVerifier({ issuer: server.issuer, audience: server.audience }),
      }),
    )
    if (one === undefined || other === undefined) throw new Error('two were connected')
    processes = [one, other]
  })

  afterAll(() => {
    for (const { close } of connections) close()
  })

  const request = (cookie: string, init: RequestInit = {}) => new Request(redirectUri, { ...init, headers: { cookie } })

  /** Begins at one process, comes back to the other. */
  async function logIn(): Promise<string> {
    const [one, other] = processes
    const begun = await one.start(request(''))
    const location = begun.headers.get('location') ?? ''
    const { url } = await createUserAgent().logIn(location, { person: server.people.ada })
    const headers = { cookie: cookieOf(begun) }
    return cookieOf(await other.callback(new Request(url, { headers })))
  }

  test('renew a token that is due once for 50 requests at once, and lose no refresh token', async () => {
    server.lifetime = 3
    const cookie = await logIn()
    const before = await (await processes[0].session(request(cookie)))?.getToken()
    server.lifetime = 600
    while (Date.now() / 1000 < (before?.expiresAt ?? 0)) await setTimeout(100)
    server.clearRequests()
    const asked = Array.from({ length: 50 }, (_, i) => processes[i % 2 === 0 ? 0 : 1].authenticate(request(cookie)))
    const answers = await Promise.allSettled(asked)
    expect(answers.filter(({ status }) => status === 'rejected')).toEqual([])
    expect(server.count('refresh')).toBe(1)
    const session = await processes[0].session(request(cookie))
    const due = await session?.getToken()
    // Whoever had kept the refresh token from before would end the session by it.
    const next = await session?.getToken({ forceRefresh: true })
    expect([due?.accessToken === before?.accessToken, next?.accessToken === due?.accessToken]).toEqual([false, false])
  })

  test('know of a logout at once, here and everywhere', async () => {
    const [one, other] = processes
    const there = await logIn()
    const here = await logIn()
    const isIn = async (cookie: string) => (await other.session(request(cookie))) !== undefined
    expect([await isIn(here), await isIn(there)]).toEqual([true, true])
    const origin = new URL(redirectUri).origin
    const logout = new Request(redirectUri, { method: 'POST', headers: { cookie: here, origin } })
    await one.logout(logout, { everywhere: true })
    expect([await isIn(here), await isIn(there)]).toEqual([false, false])
  })

  test('leave neither ids nor tokens in Redis that could be read', async () => {
    const cookie = await logIn()
    const token = await (await processes[0].session(request(cookie)))?.getToken()
    const raw = await createClient({ url: redis.url }).connect()
    const keys = await raw.keys('*')
    const values = await Promise.all(keys.map((key) => raw.get(key).catch(() => '')))
    raw.destroy()
    expect(keys.length).toBeGreaterThan(2)
    const shown = [...keys, ...values].join()
    const id = cookie.split('=')[1] ?? ''
    for (const secret of [id, token?.accessToken ?? id, token?.refreshToken ?? id, server.issuer]) {
      expect(shown).not.toContain(secret)
    }
  })
})

function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
}
