import type { AccessToken } from '@auth/core'
import { createLogin, type Session } from '@auth/core/login'
import { createUserAgent } from '@auth/testing'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { anyOf, bearer, createHonoAuth, login, requireStepUp, session } from '../src/index.js'
import { type PeopleApp, startPeopleApp } from './support/people.js'

let app: PeopleApp

beforeAll(async () => {
  app = await startPeopleApp((people) => {
    const auth = createHonoAuth(people.verifier)
    return new Hono()
      .use(cors({ origin: 'https://friend.example' }))
      .use(login(people))
      .get('/me', session(people), (c) => c.json({ subject: c.var.session.subject }))
      .get('/', session(undefined, { optional: true }), (c) => c.json({ subject: c.var.session?.subject ?? null }))
      .get('/accounts', auth.requireScopes('accounts:read'), (c) => c.json({ subject: c.var.token.subject }))
      .post('/accounts', auth.requireScopes('accounts:read'), (c) => c.json({}, 201))
      .get('/cards', auth.requireScopes('cards:read'), (c) => c.json({}))
      .get('/safe', bearer(people.verifier), requireStepUp({ acrValues: ['urn:auth-testing:code'] }), (c) => c.json({}))
      .onError((error, c) => c.json({ message: error.message }, 500))
  })
})

afterAll(() => app[Symbol.asyncDispose]())

describe('a person', () => {
  test('who loads a page is sent to log in, and comes back to it', async () => {
    const agent = createUserAgent()
    const sent = await agent.open(`${app.url}/accounts?page=2`)
    expect([sent.status, sent.headers.get('vary')]).toEqual([303, 'Origin'])
    const back = await agent.logIn(sent.headers.get('location') ?? '', { person: app.server.people.ada })
    const answer = await agent.fetch(back.url)
    expect(answer.headers.get('location')).toBe('/accounts?page=2')
    expect(await (await agent.open(`${app.url}/accounts`)).json()).toEqual({ subject: 'ada' })
  })

  test('is sent on where a stronger login is wanted, and not where a scope is', async () => {
    const agent = await app.logIn()
    const safe = await agent.open(`${app.url}/safe`)
    expect(safe.status).toBe(303)
    expect(safe.headers.get('location')).toContain('/auth')
    const cards = await agent.open(`${app.url}/cards`)
    expect([cards.status, cards.headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringContaining('insufficient_scope'),
    ])
  })

  test('has a session, and none after a logout', async () => {
    const agent = await app.logIn()
    expect(await (await agent.fetch(`${app.url}/me`)).json()).toEqual({ subject: 'ada' })
    expect(await (await agent.fetch(app.url)).json()).toEqual({ subject: 'ada' })
    const out = await agent.fetch(`${app.url}/auth/logout`, { method: 'POST', headers: { origin: app.url } })
    expect(out.status).toBe(303)
    expect((await agent.fetch(`${app.url}/me`)).status).toBe(401)
    expect(await (await agent.fetch(app.url)).json()).toEqual({ subject: null })
  })

  test('writes from a page of this app, and from no other', async () => {
    const agent = await app.logIn()
    const post = (origin: string) => agent.fetch(`${app.url}/accounts`, { method: 'POST', headers: { origin } })
    expect((await post(app.url)).status).toBe(201)
    expect((await post('https://evil.example')).status).toBe(401)
  })
})

test('a call of the API gets a 401 with its challenge, and a bearer token serves as a session does', async () => {
  const refused = await fetch(`${app.url}/accounts`)
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="api"'])
  expect((await fetch(`${app.url}/me`)).status).toBe(401)
})

test('whoever loads a page that takes a session or another token is sent to log in, and everybody else refused', async () => {
  const partners = bearer({ issuer: 'https://partners.example.test', audience: 'accounts', realm: 'partners' })
  await using either = await startPeopleApp((people) =>
    new Hono().use(login(people)).get('/either', anyOf(session(people), partners), (c) => c.json({})),
  )
  expect((await createUserAgent().open(`${either.url}/either`)).status).toBe(303)
  const refused = await fetch(`${either.url}/either`)
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer realm="api", Bearer realm="partners"',
  ])
  expect((await (await either.logIn()).open(`${either.url}/either`)).status).toBe(200)
})

test('a store that is away is no reason to log in again', async () => {
  const failing = async (): Promise<never> => {
    throw new Error('away')
  }
  await using away = await startPeopleApp(
    (people) =>
      new Hono()
        .use(login(people))
        .get('/me', session(people), (c) => c.json({}))
        .get('/', session(people, { optional: true }), (c) => c.json({})),
    { store: { get: failing, set: failing, delete: failing } },
  )
  const port = new URL(away.url).port
  const cookie = `session-${port}=${'a'.repeat(43)}`
  // Nor to be taken for nobody, where that is allowed.
  for (const path of ['/me', '/']) {
    const answer = await fetch(away.url + path, { headers: { cookie } })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  }
})

test('who loads a page is sent to log in by session() alone, too, and the routes keep what others have set but caching', async () => {
  await using alone = await startPeopleApp((people) => new Hono().get('/me', session(people), (c) => c.json({})))
  expect((await createUserAgent().open(`${alone.url}/me`)).status).toBe(303)
  await using cached = await startPeopleApp((people) =>
    new Hono()
      .use(async (c, next) => {
        c.header('cache-control', 'public')
        c.header('x-app', 'mine')
        await next()
      })
      .use(login(people)),
  )
  const { status, headers } = await fetch(`${cached.url}/auth/login`, { redirect: 'manual' })
  expect([status, headers.get('x-app'), headers.get('cache-control')]).toEqual([303, 'mine', 'no-store'])
})

test('whoever loads a page while nobody can log in is told so', async () => {
  const fetch = (): Promise<Response> => Promise.reject(new TypeError('the server is down'))
  await using down = await startPeopleApp(
    (people) => new Hono().use(login(people)).get('/me', session(people), (c) => c.json({})),
    { fetch },
  )
  const answer = await createUserAgent().open(`${down.url}/me`)
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('www-authenticate')]).toEqual([
    503,
    '5',
    null,
  ])
  expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
})

test('options will do for a login, and a session without one is a mistake', async () => {
  const options = { issuer: 'https://as.example.test', clientId: 'app', redirectUri: 'https://app.test/cb' }
  const app = new Hono().use(login(options)).get('/', session(), (c) => c.json({}))
  expect((await app.request('/')).status).toBe(401)
  expect(() => login({ ...options, redirectUri: 'nowhere' })).toThrow(TypeError)
  const failed = await new Hono()
    .get('/', session(), (c) => c.json({}))
    .onError((error, c) => c.json({ name: error.name }, 500))
    .request('/')
  expect(await failed.json()).toEqual({ name: 'TypeError' })
})

test('the variables are typed', () => {
  const people = createLogin({ issuer: 'https://as.example.test', clientId: 'app', redirectUri: 'https://app.test/cb' })
  new Hono().get('/', session(people), (c) => {
    expectTypeOf(c.var.session).toEqualTypeOf<Session>()
    return c.json({})
  })
  new Hono().get('/', session(undefined, { optional: true }), (c) => {
    expectTypeOf(c.var.session).toEqualTypeOf<Session | undefined>()
    return c.json({})
  })
  new Hono().get('/', (c) => {
    // @ts-expect-error: no session() ran
    return c.json(c.var.session)
  })
  expect(() => new Hono().get('/', bearer(people.verifier), (c) => c.json<AccessToken>(c.var.token))).toThrow(TypeError)
})
