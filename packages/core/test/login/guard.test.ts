import { createUserAgent } from '@auth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import { BearerError } from '../../src/errors.js'
import { errorOf } from '../support/client.js'
import { type App, startApp } from './support/app.js'

let app: App

beforeAll(async () => {
  app = await startApp()
})

afterAll(() => app[Symbol.asyncDispose]())

const page = { accept: 'text/html,application/xhtml+xml', 'sec-fetch-mode': 'navigate' }

/** A request to a page of the app. */
const to = (path: string, headers: Record<string, string> = {}, method = 'GET'): Request =>
  new Request(`${app.origin}${path}`, { method, headers })

/** How the app answers it, whoever sends it. */
async function answerTo(request: Request, how: Parameters<App['login']['authenticate']>[1] = {}): Promise<Response> {
  const error = await errorOf(app.login.authenticate(request, how))
  if (!(error instanceof BearerError)) throw error
  return await app.login.answer(request, error)
}

const whole = async (answer: Response) => ({
  status: answer.status,
  challenge: answer.headers.get('www-authenticate'),
  body: await answer.text(),
})

describe('a session and a bearer token of the same person', async () => {
  test('get the same token, and the same refusals', async () => {
    const { agent } = await app.logIn()
    const cookie = agent.cookies(app.origin)
    const bearer = (await (await app.login.session(to('/', { cookie })))?.getToken())?.accessToken ?? ''
    const [bySession, byToken] = [to('/', { cookie }), to('/', { authorization: `Bearer ${bearer}` })]
    const [one, other] = await Promise.all([bySession, byToken].map((each) => app.login.authenticate(each)))
    expect(one).toEqual(other)
    for (const how of [{ scopes: 'accounts:write' }, { stepUp: { acrValues: ['urn:auth-testing:code'] } }]) {
      const [session, token] = [await answerTo(bySession, how), await answerTo(byToken, how)]
      expect(await whole(session)).toEqual(await whole(token))
      expect(session.headers.get('www-authenticate')).toMatch(/^Bearer realm="api", error="insufficient_/)
    }
  })

  test('do not stand in for each other: a bad token is refused though there is a session', async () => {
    const { agent } = await app.logIn()
    const request = to('/', { cookie: agent.cookies(app.origin), authorization: 'Bearer x' })
    expect(await errorOf(app.login.authenticate(request))).toMatchObject({ code: 'invalid_token', status: 401 })
  })

  test('differ in what another site can send: a session does not count there', async () => {
    const { agent } = await app.logIn()
    const cookie = agent.cookies(app.origin)
    const forged = to('/accounts', { cookie, origin: 'https://evil.example' }, 'POST')
    expect(await errorOf(app.login.authenticate(forged))).toMatchObject({ code: 'missing_token', status: 401 })
    const own = to('/accounts', { cookie, origin: app.origin }, 'POST')
    expect(await app.login.authenticate(own)).toMatchObject({ subject: 'ada' })
  })
})

describe('whoever is refused', () => {
  test.for([
    [page, true],
    [{ accept: 'text/html' }, true],
    [{ ...page, 'sec-fetch-mode': 'cors' }, false],
    [{ accept: 'application/json', 'sec-fetch-mode': 'navigate' }, false],
    [{}, false],
  ] as const)('%j: is sent to log in: %j', async ([headers, sent]) => {
    expect((await answerTo(to('/accounts', headers))).status).toBe(sent ? 303 : 401)
  })

  test('is not sent to log in from a form, whose answers would be lost', async () => {
    expect((await answerTo(to('/accounts', page, 'POST'))).status).toBe(401)
  })

  test('is not sent to log in for a scope: consent may have been denied just now', async () => {
    const { agent } = await app.logIn()
    const request = to('/accounts', { ...page, cookie: agent.cookies(app.origin) })
    expect((await answerTo(request, { scopes: 'accounts:write' })).status).toBe(403)
  })

  test('is sent to log in as strongly as is needed, and comes back', async () => {
    const { agent } = await app.logIn()
    const how = { stepUp: { acrValues: ['urn:auth-testing:code'], maxAge: 300 } }
    const cookie = agent.cookies(app.origin)
    const sent = await answerTo(to('/payments?id=1', { ...page, cookie }), how)
    const transaction = sent.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const { url } = await agent.logIn(sent.headers.get('location') ?? '', { person: app.server.people.ada })
    const answer = await app.login.callback(new Request(url, { headers: { cookie: `${cookie}; ${transaction}` } }))
    expect(answer.headers.get('location')).toBe('/payments?id=1')
    const stronger = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    expect(await app.login.authenticate(to('/payments', { cookie: stronger }), how)).toMatchObject({ subject: 'ada' })
  })
})

test('more is asked for besides what a session has', async () => {
  const agent = createUserAgent()
  await app.logIn({ agent })
  const cookie = agent.cookies(app.origin)
  const started = await app.login.start(to('/', { cookie }), { scope: 'accounts:write', returnTo: '/accounts' })
  const transaction = started.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { url } = await agent.logIn(started.headers.get('location') ?? '', { person: app.server.people.ada })
  const answer = await app.login.callback(new Request(url, { headers: { cookie: `${cookie}; ${transaction}` } }))
  const more = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  expect((await app.login.session(to('/', { cookie: more })))?.scopes).toEqual(['accounts:read', 'accounts:write'])
  expect(await app.login.session(to('/', { cookie }))).toBeUndefined()
})

describe('a session whose token cannot be had', () => {
  test('is a 503 while the server is down, for pages too: another login would not help', async () => {
    let now = Date.now()
    await using down = await startApp({ server: { lifetime: 60 }, login: { now: () => now } })
    const { agent } = await down.logIn()
    now += 61_000
    down.server.outage('refresh', true)
    const request = new Request(`${down.origin}/`, { headers: { ...page, cookie: agent.cookies(down.origin) } })
    const error = await errorOf(down.login.authenticate(request))
    expect(error).toMatchObject({ code: 'temporarily_unavailable', status: 503 })
    if (!(error instanceof BearerError)) throw error
    const answer = await down.login.answer(request, error)
    expect([answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([503, true])
  })

  test('is a 503 while the store is away', async () => {
    const store = { ...memoryStore() }
    await using away = await startApp({ login: { store } })
    const { agent } = await away.logIn()
    store.get = () => Promise.reject(new Error('planted'))
    const request = new Request(`${away.origin}/`, { headers: { cookie: agent.cookies(away.origin) } })
    expect(await errorOf(away.login.authenticate(request))).toMatchObject({ status: 503 })
  })

  test('is over where the server ended it', async () => {
    let now = Date.now()
    await using ended = await startApp({ server: { lifetime: 60 }, login: { now: () => now } })
    const { agent } = await ended.logIn()
    now += 61_000
    ended.server.answer('refresh', { status: 400, body: '{"error":"invalid_grant"}' })
    const request = new Request(`${ended.origin}/`, { headers: { cookie: agent.cookies(ended.origin) } })
    expect(await errorOf(ended.login.authenticate(request))).toMatchObject({ code: 'missing_token', status: 401 })
    expect(ended.events).toContainEqual({ type: 'session_ended', reason: 'refresh_refused' })
  })
})

test('50 requests of one session whose token is due cause one refresh, and all are answered', async () => {
  let now = Date.now()
  await using due = await startApp({ server: { lifetime: 600 }, login: { now: () => now } })
  const { agent } = await due.logIn()
  const headers = { cookie: agent.cookies(due.origin) }
  now += 590_000
  const request = () => due.login.authenticate(new Request(`${due.origin}/accounts`, { headers }))
  const answers = await Promise.allSettled(Array.from({ length: 50 }, request))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 'fulfilled'))
  expect(due.server.count('refresh')).toBe(1)
  expect(
    (await (await due.login.session(new Request(due.origin, { headers })))?.getToken())?.refreshToken,
  ).toBeDefined()
})
