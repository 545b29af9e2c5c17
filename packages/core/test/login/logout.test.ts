import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { StoredToken, TokenStore } from '../../src/cache/store.js'
import type { Login } from '../../src/login/types.js'
import { errorOf } from '../support/client.js'
import { gate } from '../support/gate.js'
import { json } from '../support/local-server.js'
import {
  appOrigin,
  appRequest,
  logIn,
  loginAt,
  refreshToken,
  refusalOf,
  type ScriptedServer,
  startScripted,
} from './support/scripted.js'

let server: ScriptedServer
let login: Login

beforeEach(async () => {
  server = await startScripted()
  login = loginAt(server)
})

afterEach(() => server[Symbol.asyncDispose]())

const logout = (cookie: string, more: Record<string, string> = { origin: appOrigin }): Request =>
  appRequest('/auth/logout', { method: 'POST', headers: { cookie, ...more } })

const isIn = async (cookie: string, at = login): Promise<boolean> =>
  (await at.session(appRequest('/', { headers: { cookie } }))) !== undefined

/** A store that shows its refresh tokens, and tells of what it is asked to do. */
function watchedStore() {
  const records = new Map<string, StoredToken>()
  const { lock } = memoryStore()
  let told = (_operation: 'delete' | 'lock'): void => undefined
  const store: TokenStore = {
    get: (key) => records.get(key),
    set: (key, token) => void records.set(key, token),
    delete: (key) => {
      records.delete(key)
      if (key.startsWith('login seen ')) told('delete')
    },
    lock: async (key, lifetime) => {
      told('lock')
      return await lock?.(key, lifetime)
    },
  }
  return {
    store,
    tokens: () => [...records.values()].flatMap(({ refreshToken }) => refreshToken ?? []),
    watch: (operation: 'delete' | 'lock', tell: () => void) => {
      told = (each) => {
        if (each === operation) tell()
      }
    },
  }
}

describe('a logout', () => {
  test('ends the session and its cookie, and tells the server of the refresh token', async () => {
    server.metadata = { revocation_endpoint: `${server.issuer}/revoke` }
    const { cookie } = await logIn(server, login)
    const other = await logIn(server, login)
    const answer = await login.logout(logout(cookie))
    expect([answer.status, answer.headers.get('location'), answer.headers.getSetCookie()]).toEqual([
      303,
      '/',
      ['__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax'],
    ])
    expect([await isIn(cookie), await isIn(other.cookie)]).toEqual([false, true])
    expect(server.sent('/revoke').map(({ body }) => new URLSearchParams(body).get('token'))).toContain(refreshToken)
  })

  test('sends the person on to be logged out at the server, with nothing in the URL that says who they are', async () => {
    server.metadata = { end_session_endpoint: `${server.issuer}/end` }
    const own = loginAt(server, { postLogoutRedirectUri: `${appOrigin}/bye` })
    const { cookie } = await logIn(server, own)
    const location = new URL((await own.logout(logout(cookie))).headers.get('location') ?? '')
    expect(location.origin + location.pathname).toBe(`${server.issuer}/end`)
    expect(Object.fromEntries(location.searchParams)).toEqual({
      client_id: 'app',
      post_logout_redirect_uri: `${appOrigin}/bye`,
    })
  })

  test('brings the ID token where a server insists', async () => {
    server.metadata = { end_session_endpoint: `${server.issuer}/end` }
    const own = loginAt(server, { idTokenHint: true })
    const { cookie } = await logIn(server, own)
    const location = new URL((await own.logout(logout(cookie))).headers.get('location') ?? '')
    expect(location.searchParams.get('id_token_hint')?.split('.')).toHaveLength(3)
  })

  test('everywhere ends every session of this person that there is, and no later one', async () => {
    let now = Date.now()
    const own = loginAt(server, { now: () => now })
    const [here, there] = [await logIn(server, own), await logIn(server, own)]
    server.claims = { sub: 'ben' }
    const ben = await logIn(server, own)
    await own.logout(logout(here.cookie), { everywhere: true })
    const [hereNow, thereNow, benNow] = await Promise.all([here, there, ben].map(({ cookie }) => isIn(cookie, own)))
    expect([hereNow, thereNow, benNow]).toEqual([false, false, true])
    now += 1
    server.claims = {}
    expect(await isIn((await logIn(server, own)).cookie, own)).toBe(true)
  })

  test('everywhere holds in a memory that is too small: it forgets a session before its end', async () => {
    let now = Date.now()
    const own = loginAt(server, { store: memoryStore({ maxEntries: 9 }), now: () => now })
    const [here, there] = [await logIn(server, own), await logIn(server, own)]
    now += 1
    await own.logout(logout(here.cookie), { everywhere: true })
    server.claims = { sub: 'ben' }
    for (let i = 0; i < 12; i++) {
      expect(await isIn(there.cookie, own)).toBe(false)
      now += 1
      expect(await isIn((await logIn(server, own)).cookie, own)).toBe(true)
    }
  })

  test('everywhere is at this client: another one that shares the store goes on', async () => {
    const store = memoryStore()
    const [own, other] = [loginAt(server, { store }), loginAt(server, { store, clientId: 'another' })]
    server.claims = { aud: 'another' }
    const there = await logIn(server, other)
    server.claims = {}
    const here = await logIn(server, own)
    await own.logout(logout(here.cookie), { everywhere: true })
    expect([await isIn(here.cookie, own), await isIn(there.cookie, other)]).toEqual([false, true])
  })

  test('by a form of this app may say so', async () => {
    const [here, there] = [await logIn(server, login), await logIn(server, login)]
    const body = new URLSearchParams({ everywhere: 'yes' })
    const headers = { cookie: here.cookie, origin: appOrigin }
    expect((await login.handle(appRequest('/auth/logout', { method: 'POST', body, headers })))?.status).toBe(303)
    expect(await isIn(there.cookie)).toBe(false)
  })

  test('is by POST only', async () => {
    const { cookie } = await logIn(server, login)
    const answer = await login.handle(appRequest('/auth/logout', { headers: { cookie } }))
    expect([answer?.status, answer?.headers.get('allow')]).toEqual([405, 'POST'])
    expect(await isIn(cookie)).toBe(true)
  })

  test.for([{}, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site', origin: appOrigin }])(
    'is by a page of this app only: %j',
    async (headers) => {
      const { cookie } = await logIn(server, login)
      expect(await refusalOf(login.logout(logout(cookie, headers)))).toMatchObject({
        code: 'cross_site_request',
        status: 403,
      })
      expect(await isIn(cookie)).toBe(true)
    },
  )

  test('of nobody is no failure', async () => {
    expect((await login.logout(logout(''))).status).toBe(303)
  })

  test('takes the cookie though the store is away, and says that the session is not over', async () => {
    const store = { ...memoryStore() }
    const own = loginAt(server, { store })
    const { cookie } = await logIn(server, own)
    store.delete = () => Promise.reject(new Error('planted'))
    const error = await refusalOf(own.logout(logout(cookie)))
    expect(error.code).toBe('temporarily_unavailable')
    expect(error.toResponse().headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')])
  })

  test.for(['in this process', 'in another one'])(
    'during a renewal %s leaves no token behind, and tells the server of the newest',
    async (where) => {
      const [asked, waits] = [gate(), gate()]
      const { store, tokens, watch } = watchedStore()
      let now = Date.now()
      const own = loginAt(server, { store, now: () => now })
      const leaving = where === 'in this process' ? own : loginAt(server, { store, now: () => now })
      server.metadata = { revocation_endpoint: `${server.issuer}/revoke` }
      server.token = { expires_in: 60 }
      const { cookie } = await logIn(server, own)
      now += 61_000
      server.tokenEndpoint = async (_, response) => {
        asked.open()
        await waits.opened
        json(response, { access_token: 'late', token_type: 'Bearer', expires_in: 60, refresh_token: 'late-refresh' })
      }
      const session = await own.session(appRequest('/', { headers: { cookie } }))
      const renewal = session?.getToken()
      await asked.opened
      // Another process waits for its turn, this one for the renewal itself, right after the session is gone.
      watch(leaving === own ? 'delete' : 'lock', waits.open)
      const out = leaving.logout(logout(cookie))
      expect([(await renewal)?.accessToken, (await out).status]).toEqual(['late', 303])
      expect(tokens()).toEqual([])
      expect(await isIn(cookie, own)).toBe(false)
      expect(server.sent('/revoke').map(({ body }) => new URLSearchParams(body).get('token'))).toContain('late-refresh')
      expect(await errorOf(session?.getToken() ?? Promise.resolve())).toMatchObject({ code: 'invalid_grant' })
    },
  )

  test('is one though the server cannot be told', async () => {
    server.metadata = { revocation_endpoint: `${server.issuer}/none` }
    const { cookie } = await logIn(server, login)
    expect((await login.logout(logout(cookie))).status).toBe(303)
    expect(await isIn(cookie)).toBe(false)
  })
})

describe('a logout token', () => {
  const event = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  let count = 0

  async function tell(claims: Readonly<Record<string, unknown>>, at = login): Promise<Response> {
    server.header = { typ: 'logout+jwt' }
    const logout_token = await server.sign({ events: event, jti: `jti-${++count}`, nonce: undefined, ...claims })
    server.header = {}
    const body = new URLSearchParams({ logout_token })
    return await at.backChannelLogout(appRequest('/auth/backchannel-logout', { method: 'POST', body }))
  }

  test('ends all sessions of a person', async () => {
    const [one, two] = [await logIn(server, login), await logIn(server, login)]
    const answer = await tell({})
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect([await isIn(one.cookie), await isIn(two.cookie)]).toEqual([false, false])
  })

  test('ends the one session it names', async () => {
    server.claims = { sid: 'one' }
    const one = await logIn(server, login)
    server.claims = { sid: 'two' }
    const two = await logIn(server, login)
    await tell({ sid: 'one' })
    expect([await isIn(one.cookie), await isIn(two.cookie)]).toEqual([false, true])
  })

  test('that names a session ends those of the person that have no name', async () => {
    const { cookie } = await logIn(server, login)
    await tell({ sid: 'one' })
    expect(await isIn(cookie)).toBe(false)
  })

  test('is good once', async () => {
    await tell({ jti: 'once' })
    const { cookie } = await logIn(server, login)
    expect(await refusalOf(tell({ jti: 'once' }))).toMatchObject({ code: 'invalid_request', status: 400 })
    expect(await isIn(cookie)).toBe(true)
  })

  test('is one of this client: its id, used by another one that shares the store, is new', async () => {
    const store = memoryStore()
    const [own, other] = [loginAt(server, { store }), loginAt(server, { store, clientId: 'another' })]
    const { cookie } = await logIn(server, own)
    await tell({ jti: 'shared', aud: 'another' }, other)
    expect(await isIn(cookie, own)).toBe(true)
    await tell({ jti: 'shared' }, own)
    expect(await isIn(cookie, own)).toBe(false)
  })

  const now = Math.floor(Date.now() / 1000)

  test.for([
    ['of another issuer', { iss: 'https://another.example' }],
    ['for another client', { aud: 'another' }],
    ['with a nonce', { nonce: 'planted' }],
    ['without the event', { events: {} }],
    ['with the event as text', { events: { 'http://schemas.openid.net/event/backchannel-logout': 'yes' } }],
    ['without an id', { jti: undefined }],
    ['about nobody', { sub: undefined }],
    ['from long ago', { iat: now - 3600 }],
    ['from the future', { iat: now + 3600 }],
    ['without a time', { iat: 'soon' }],
    ['that has expired', { exp: now - 3600 }],
    ['that is longer than any honest one', { more: 'x'.repeat(70_000) }],
  ] as const)('%s is refused', async ([, claims]) => {
    const { cookie } = await logIn(server, login)
    expect(await refusalOf(tell(claims))).toMatchObject({ code: 'invalid_request', status: 400 })
    expect(await isIn(cookie)).toBe(true)
  })

  test.for(['', 'x', 'a.b.c', 'a'.repeat(100_000)])('that is none is refused: %j', async (text) => {
    const body = new URLSearchParams({ logout_token: text })
    const request = appRequest('/auth/backchannel-logout', { method: 'POST', body })
    expect(await refusalOf(login.backChannelLogout(request))).toMatchObject({ code: 'invalid_request' })
  })

  test('that cannot be noted is not taken for done', async () => {
    const store = { ...memoryStore() }
    const own = loginAt(server, { store })
    await logIn(server, own)
    store.set = () => Promise.reject(new Error('planted'))
    expect(await refusalOf(tell({}, own))).toMatchObject({ code: 'temporarily_unavailable', status: 503 })
  })
})
