import { createUserAgent } from '@auth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BearerError, type StepUp } from '../../src/errors.js'
import { createLogin } from '../../src/login/login.js'
import { errorOf } from '../support/client.js'
import { type App, startApp } from './support/app.js'

let app: App
let cookie: string

beforeAll(async () => {
  app = await startApp()
  const { answer } = await app.logIn({ agent: createUserAgent() })
  cookie =
    answer.headers
      .getSetCookie()
      .find((each) => each.startsWith('session-'))
      ?.split(';')[0] ?? ''
})

afterAll(() => app[Symbol.asyncDispose]())

const request = (headers: Readonly<Record<string, string>>, method = 'GET'): Request =>
  new Request(`${app.origin}/accounts`, { method, headers })

describe("the login's verifier", () => {
  test('takes a session for a token, and judges it as the verifier does', async () => {
    const { verifier } = app.login
    const token = await verifier.authenticate(request({ cookie }))
    expect(token.subject).toBe('ada')
    expect(() => verifier.authorize(token, 'accounts:read')).not.toThrow()
    expect(() => verifier.authorize(token, 'accounts:write')).toThrow(BearerError)
    const within = verifier.within({ waitUntil: () => undefined })
    expect(await within.authenticate(request({ cookie }))).toEqual(token)
  })

  test('goes by a token alone where one is sent', async () => {
    const refused = await errorOf(app.login.verifier.authenticate(request({ cookie, authorization: 'Bearer x' })))
    expect(refused).toMatchObject({ status: 401, error: 'invalid_token' })
  })

  test.for([
    { how: 'a write from another site', method: 'POST', headers: { origin: 'https://evil.example' } },
    { how: 'a write of which nobody knows the page', method: 'POST', headers: {} },
    {
      how: 'a socket of another site',
      method: 'GET',
      headers: { upgrade: 'websocket', origin: 'https://evil.example' },
    },
    {
      how: 'a socket of a neighbour',
      method: 'GET',
      headers: { upgrade: 'WebSocket', 'sec-fetch-site': 'same-site', origin: 'https://evil.example' },
    },
  ])('does not count the cookie of $how', async ({ method, headers }) => {
    const like = { method, url: '/accounts', headers: { cookie, ...headers } }
    expect(await errorOf(app.login.verifier.authenticate(like))).toMatchObject({ status: 401, code: 'missing_token' })
  })

  test('counts that of a socket of its own page', async () => {
    const like = { method: 'GET', url: '/', headers: { cookie, upgrade: 'websocket', origin: app.origin } }
    expect((await app.login.verifier.authenticate(like)).subject).toBe('ada')
  })

  test('is not there where no verifier was given', () => {
    const login = createLogin({ issuer: app.server.issuer, clientId: 'app', redirectUri: app.login.redirectUri })
    expect(() => login.verifier).toThrow(TypeError)
  })
})

describe('a session that has to be there', () => {
  test('is there', async () => {
    expect((await app.login.requireSession(request({ cookie }))).subject).toBe('ada')
  })

  test('is missed with a 401, whatever else is sent', async () => {
    const { accessToken } = await (await app.login.requireSession(request({ cookie }))).getToken()
    const refused = await errorOf(app.login.requireSession(request({ authorization: `Bearer ${accessToken}` })))
    expect(refused).toMatchObject({ status: 401, code: 'missing_token' })
  })
})

describe('a page that wants a stronger login', () => {
  const load = (more: string): Request =>
    new Request(`${app.origin}/safe`, { headers: { cookie: more, accept: 'text/html' } })
  const refused = (stepUp: StepUp) =>
    new BearerError({ code: 'insufficient_user_authentication', reason: 'not strong enough', stepUp })

  test('leads to one', async () => {
    for (const stepUp of [{ maxAge: 0 }, { acrValues: ['urn:auth-testing:code'] }]) {
      expect((await app.login.answer(load(cookie), refused(stepUp))).status).toBe(303)
    }
  })

  test('leads to none where the session is as strong, and its access token does not say so: it never would', async () => {
    const agent = createUserAgent()
    const began = await app.login.start(new Request(`${app.origin}/auth/login`), { maxAge: 60 })
    const { url } = await agent.logIn(began.headers.get('location') ?? '', { person: app.server.people.ada })
    const transaction = began.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const answer = await app.login.callback(new Request(url, { headers: { cookie: transaction } }))
    const recent = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const answered = await app.login.answer(load(recent), refused({ maxAge: 60 }))
    expect([answered.status, answered.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('max_age="60"'),
    ])
    expect((await app.login.answer(load(recent), refused({ acrValues: ['urn:auth-testing:code'] }))).status).toBe(303)
  })
})
