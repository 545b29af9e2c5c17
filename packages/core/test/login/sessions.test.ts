import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { StoredToken, TokenStore } from '../../src/cache/store.js'
import type { LoginEvent } from '../../src/login/events.js'
import type { LoginOptions } from '../../src/login/types.js'
import { errorOf } from '../support/client.js'
import { gate } from '../support/gate.js'
import { json } from '../support/local-server.js'
import {
  accessToken,
  answerTo,
  appOrigin,
  appRequest,
  begin,
  cookieOf,
  logIn,
  loginAt,
  refreshToken,
  refusalOf,
  type ScriptedServer,
  startScripted,
} from './support/scripted.js'

let server: ScriptedServer

beforeEach(async () => {
  server = await startScripted()
})

afterEach(() => server[Symbol.asyncDispose]())

/** A login by a clock of its own, which starts now: ID tokens are made by the real one. */
function clocked(options: Partial<LoginOptions> = {}) {
  let now = Date.now()
  const events: LoginEvent[] = []
  const login = loginAt(server, { now: () => now, onEvent: (event) => events.push(event), ...options })
  const advance = (seconds: number): void => {
    now += seconds * 1000
  }
  const session = (cookie: string) => login.session(appRequest('/', { headers: { cookie } }))
  return { login, advance, session, events, now: () => now }
}

describe('a session', () => {
  test('has an id that says nothing, in a cookie no script and no other site sees', async () => {
    const { answer } = await logIn(server, loginAt(server))
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
  })

  test('has a cookie with the port in its name on loopback, where no prefix is possible', async () => {
    const login = loginAt(server, { redirectUri: 'http://127.0.0.1:3000/auth/callback' })
    const { answer } = await logIn(server, login)
    expect(answer.headers.getSetCookie()[0]).toMatch(/^session-3000=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  test('shows who it is, and never a token', async () => {
    server.claims = { acr: 'urn:example:mfa', auth_time: 1_700_000_000, sid: 'planted-sid' }
    server.token = { scope: 'accounts:read' }
    const { login, session } = clocked()
    const { cookie } = await logIn(server, login)
    const found = await session(cookie)
    expect(found).toMatchObject({
      issuer: server.issuer,
      subject: 'ada',
      scopes: ['accounts:read'],
      acr: 'urn:example:mfa',
      authenticatedAt: 1_700_000_000,
    })
    const shown = `${inspect(found, { depth: 9, showHidden: true, getters: true })} ${JSON.stringify(found)}`
    expect(shown).not.toMatch(new RegExp(`${accessToken}|${refreshToken}|${cookie.split('=')[1]}`))
    expect((await found?.getToken())?.accessToken).toBe(accessToken)
  })

  test('I-19: has a new id at each login, and the one before is over', async () => {
    const { login, session } = clocked()
    const planted = `__Host-session=${'A'.repeat(43)}`
    const first = await logIn(server, login, {}, planted)
    expect(first.cookie).not.toBe(planted)
    expect(await session(planted)).toBeUndefined()
    const second = await logIn(server, login, {}, first.cookie)
    expect(second.cookie).not.toBe(first.cookie)
    expect(await session(first.cookie)).toBeUndefined()
    expect(await session(second.cookie)).toBeDefined()
  })

  test('I-19: before is over, too, where the answer of the server brings no cookie of it', async () => {
    const { login, session } = clocked({ responseMode: 'form_post' })
    const posted = async (cookie: string): Promise<string> => {
      const begun = await begin(login, {}, cookie)
      const body = new URLSearchParams(answerTo(server, begun))
      const headers = { cookie: begun.cookie, origin: server.issuer, 'sec-fetch-site': 'cross-site' }
      const answer = await login.callback(appRequest('/auth/callback', { method: 'POST', body, headers }))
      return cookieOf(answer.headers.getSetCookie())
    }
    const first = await posted('')
    const second = await posted(first)
    expect([await session(first), (await session(second))?.subject]).toEqual([undefined, 'ada'])
  })

  test('shows no scope while nobody knows its token', async () => {
    const store = { ...memoryStore() }
    const { get } = store
    const { login, session } = clocked({ store, scope: 'accounts:read accounts:write' })
    server.token = { scope: 'accounts:read' }
    const { cookie } = await logIn(server, login)
    expect((await session(cookie))?.scopes).toEqual(['accounts:read'])
    store.get = (key) => (key.startsWith('login ') ? get(key) : Promise.reject(new Error('away')))
    expect((await session(cookie))?.scopes).toEqual([])
  })

  test('is kept under a digest of its id', async () => {
    const keys: string[] = []
    const memory = memoryStore()
    const set: TokenStore['set'] = (key, ...rest) => {
      keys.push(key)
      return memory.set(key, ...rest)
    }
    const store: TokenStore = { ...memory, set }
    const { cookie } = await logIn(server, loginAt(server, { store }))
    expect(keys.length).toBeGreaterThan(2)
    expect(keys.join()).not.toContain(cookie.split('=')[1])
  })

  test.for(['', 'x', 'A'.repeat(43), '../../etc', `${'A'.repeat(43)}A`, '%00', 'A'.repeat(40_000)])(
    'is none by the id %j',
    async (id) => {
      const { session } = clocked()
      expect(await session(`__Host-session=${id}`)).toBeUndefined()
    },
  )

  // No browser minds such a name, for it has no prefix; some runtimes decode fields as Latin-1, others as UTF-8.
  test.for(['\u00a0', '\u2000', '\ufeff'])(
    'is in no cookie whose name begins with %j: it was tossed',
    async (blank) => {
      const { login } = clocked()
      const { cookie } = await logIn(server, login)
      expect(await login.session({ headers: { cookie: `theme=dark; ${blank}${cookie}` } })).toBeUndefined()
      expect(await login.session({ headers: { cookie: `theme=dark;\t ${cookie}` } })).toBeDefined()
    },
  )

  test('does not count where its cookie is there twice: one of them was tossed', async () => {
    const { login, session, events } = clocked()
    const [victim, mallory] = [await logIn(server, login), await logIn(server, login)]
    expect(await session(`${mallory.cookie}; ${victim.cookie}`)).toBeUndefined()
    expect(events.at(-1)).toEqual({ type: 'session_ignored', reason: 'the session cookie came more than once' })
  })

  test('is not named by what stands in the value of another cookie', async () => {
    const { login, session } = clocked()
    const { cookie } = await logIn(server, login)
    for (const tossed of [`theme=dark,${cookie}`, `theme="dark;x",${cookie}`, `x${cookie}`]) {
      expect(await session(tossed)).toBeUndefined()
    }
    const headers = { cookie: ['theme=dark', cookie] }
    expect(await login.session({ method: 'GET', url: '/', headers })).toBeDefined()
  })

  test.for([{ clientId: 'another' }, { cookieName: 'admin' }])(
    'is not that of another login in the same store: %j',
    async (options) => {
      const store = memoryStore()
      const { cookie } = await logIn(server, loginAt(server, { store }))
      const other = loginAt(server, { store, ...options })
      for (const sent of [cookie, cookie.replace('session', 'admin')]) {
        expect(await other.session(appRequest('/', { headers: { cookie: sent } }))).toBeUndefined()
      }
    },
  )
})

describe('a session ends', () => {
  test('when nobody came for as long as it may idle', async () => {
    const { login, advance, session } = clocked({ sessions: { idle: 600 } })
    const { cookie } = await logIn(server, login)
    for (let i = 0; i < 5; i++) {
      advance(500)
      expect(await session(cookie)).toBeDefined()
    }
    advance(601)
    expect(await session(cookie)).toBeUndefined()
  })

  test('in any case, some time after the login', async () => {
    const { login, advance, session, now } = clocked({ sessions: { idle: 600, absolute: 1500 } })
    const { cookie } = await logIn(server, login)
    const end = Math.floor(now() / 1000) + 1500
    advance(500)
    expect(await session(cookie)).toMatchObject({ expiresAt: expect.closeTo(end, 0) })
    advance(500)
    expect(await session(cookie)).toMatchObject({ idleUntil: expect.closeTo(end, 0) })
    advance(501)
    expect(await session(cookie)).toBeUndefined()
  })

  test('when its refresh token is refused', async () => {
    const { login, advance, session, events } = clocked()
    server.token = { expires_in: 60 }
    const { cookie } = await logIn(server, login)
    const found = await session(cookie)
    advance(61)
    server.tokenEndpoint = (_, response) => json(response, { error: 'invalid_grant' }, 400)
    expect(await errorOf(found?.getToken() ?? Promise.resolve())).toMatchObject({ code: 'invalid_grant' })
    expect(await session(cookie)).toBeUndefined()
    expect(events).toContainEqual({ type: 'session_ended', reason: 'refresh_refused' })
  })

  test('and its tokens with it, whoever ended it', async () => {
    const records = new Map<string, StoredToken>()
    const store: TokenStore = {
      get: (key) => records.get(key),
      set: (key, token) => void records.set(key, token),
      delete: (key) => void records.delete(key),
    }
    const tokens = (): number => [...records.values()].filter((each) => each.refreshToken !== undefined).length
    const { login, session } = clocked({ store })
    const [here, there] = [await logIn(server, login), await logIn(server, login)]
    expect(tokens()).toBe(2)
    const headers = { cookie: here.cookie, origin: appOrigin }
    await login.logout(appRequest('/auth/logout', { method: 'POST', headers }), { everywhere: true })
    expect([await session(there.cookie), tokens()]).toEqual([undefined, 0])
  })

  test('and its tokens are not kept for longer, though nobody comes', async () => {
    const lifetimes: (number | undefined)[] = []
    const memory = memoryStore()
    const set: TokenStore['set'] = (key, token, lifetime) => {
      lifetimes.push(lifetime)
      return memory.set(key, token, lifetime)
    }
    const { login, advance, session } = clocked({ store: { ...memory, set }, sessions: { absolute: 1500 } })
    server.token = { expires_in: 60 }
    const { cookie } = await logIn(server, login)
    advance(61)
    await (await session(cookie))?.getToken()
    expect(lifetimes.length).toBeGreaterThan(3)
    for (const each of lifetimes) expect(each).toBeLessThanOrEqual(1500)
  })

  test('when its token does and there is no refresh token', async () => {
    const { login, advance, session } = clocked()
    server.token = { expires_in: 60, refresh_token: undefined }
    const { cookie } = await logIn(server, login)
    const found = await session(cookie)
    advance(61)
    expect(await errorOf(found?.getToken() ?? Promise.resolve())).toMatchObject({ code: 'invalid_grant' })
    expect(server.sent('/token')).toHaveLength(1)
  })
})

describe('renewal', () => {
  test('is one request for 50 at once, and all of them get the new token', async () => {
    const { login, advance, session } = clocked()
    server.token = { expires_in: 60 }
    const { cookie } = await logIn(server, login)
    advance(61)
    let refreshes = 0
    const open = gate()
    server.tokenEndpoint = async ({ body }, response) => {
      expect(new URLSearchParams(body).get('refresh_token')).toBe(refreshToken)
      refreshes++
      await open.opened
      json(response, { access_token: 'renewed', token_type: 'Bearer', expires_in: 60, refresh_token: 'rotated' })
    }
    const all = Array.from({ length: 50 }, async () => (await (await session(cookie))?.getToken())?.accessToken)
    await server.received(server.requests.length + 1)
    open.open()
    expect(new Set(await Promise.all(all))).toEqual(new Set(['renewed']))
    expect(refreshes).toBe(1)
    expect((await (await session(cookie))?.getToken())?.refreshToken).toBe('rotated')
  })

  test('that narrows the scope shows', async () => {
    const { login, advance, session } = clocked()
    server.token = { expires_in: 60, scope: 'openid accounts:read accounts:write' }
    const { cookie } = await logIn(server, login)
    advance(61)
    server.token = { expires_in: 60, scope: 'openid accounts:read' }
    await (await session(cookie))?.getToken()
    expect((await session(cookie))?.scopes).toEqual(['openid', 'accounts:read'])
  })

  test('that fails is no end while the server is down', async () => {
    const { login, advance, session } = clocked()
    server.token = { expires_in: 60 }
    const { cookie } = await logIn(server, login)
    advance(61)
    server.tokenEndpoint = (_, response) => json(response, {}, 503)
    const found = await session(cookie)
    expect(await errorOf(found?.getToken() ?? Promise.resolve())).toMatchObject({ retryable: true })
    expect(await session(cookie)).toBeDefined()
  })
})

describe('a request that can change something', () => {
  test.for([
    [{ 'sec-fetch-site': 'same-origin', origin: appOrigin }, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, true],
    [{ origin: appOrigin }, true],
    [{}, false],
    [{ origin: 'null' }, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'http://app.example' }, false],
    [{ origin: 'https://app.example:8443' }, false],
    [{ origin: 'https://app.example.evil.example' }, false],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://other.app.example' }, false],
    [{ 'sec-fetch-site': 'same-site', origin: appOrigin }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: appOrigin }, false],
    [{ 'sec-fetch-site': 'none', origin: appOrigin }, false],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }, false],
  ] as const)('counts on its session by %j: %j', async ([headers, counts]) => {
    const { login } = clocked()
    const { cookie } = await logIn(server, login)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'post']) {
      const found = await login.session(appRequest('/', { method, headers: { cookie, ...headers } }))
      expect(found !== undefined).toBe(counts)
    }
    expect(await login.session(appRequest('/', { headers: { cookie, ...headers } }))).toBeDefined()
  })
})

describe('a store that is away', () => {
  test('is no logout: the request is refused, and counts again afterwards', async () => {
    const store = { ...memoryStore() }
    const { get } = store
    const { login, session } = clocked({ store })
    const { cookie } = await logIn(server, login)
    store.get = () => Promise.reject(new Error('planted'))
    expect(await refusalOf(session(cookie))).toMatchObject({ code: 'temporarily_unavailable', status: 503 })
    store.get = get
    expect(await session(cookie)).toBeDefined()
  })
})

describe('a record that nobody here wrote is no session:', () => {
  const times = '"issuedAt": 0, "renewAt": 0, "waitAt": 0'
  const kind = '"accessToken": "none", "tokenType": "login-record"'
  const content = '"subject": "ada", "claims": {}, "resource": []'

  test.for([
    ['nothing', 'null'],
    ['a text', '"planted"'],
    ['an empty one', '{}'],
    ['one without content', `{ ${kind}, ${times}, "expiresAt": 1e12, "metadata": null }`],
    ['one without an end', `{ ${kind}, ${times}, "expiresAt": 1e999, "metadata": { ${content}, "scope": [] } }`],
    ['one without a time', `{ ${kind}, "expiresAt": 1e12, "metadata": { ${content}, "scope": [] } }`],
    ['one of a newer version', `{ ${kind}, ${times}, "expiresAt": 1e12, "metadata": { ${content}, "scope": "all" } }`],
  ] as const)('%s', async ([, record]) => {
    const store = { ...memoryStore() }
    const { get } = store
    const { login, session } = clocked({ store })
    const { cookie } = await logIn(server, login)
    expect(await session(cookie)).toBeDefined()
    store.get = (key) => (key.startsWith('login session ') ? JSON.parse(record) : get(key))
    expect(await session(cookie)).toBeUndefined()
  })
})
