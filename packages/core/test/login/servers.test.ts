import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoginOptions } from '../../src/login/types.js'
import { none } from '../../src/oauth/client-authentication.js'
import { type App, type AppOptions, startApp } from './support/app.js'

/** Two servers that have little in common, each used by configuration alone. */
const servers: readonly (readonly [name: string, options: AppOptions])[] = [
  ['pushed requests, a query, rotation', {}],
  [
    'a form from another site, no pushed requests, no rotation, the secret in the body',
    {
      server: { host: 'localhost', pushedAuthorizationRequests: false, rotateRefreshTokens: false },
      client: { clientAuthentication: 'client_secret_post' },
      login: { responseMode: 'form_post', idTokenAlgorithms: ['RS256'], idTokenHint: true },
    },
  ],
]

describe.for(servers)('%s', ([, options]) => {
  const pushes = options.server?.pushedAuthorizationRequests !== false
  const rotates = options.server?.rotateRefreshTokens !== false
  let now = Date.now()
  let app: App

  beforeAll(async () => {
    const login: Partial<LoginOptions> = { now: () => now, postLogoutRedirectUri: undefined, ...options.login }
    app = await startApp({ ...options, server: { lifetime: 600, ...options.server }, login })
  })

  afterAll(() => app[Symbol.asyncDispose]())

  const session = (cookie: string) => app.login.session(new Request(app.origin, { headers: { cookie } }))

  test('a person logs in, by a token that the one algorithm signed', async () => {
    const { agent, answer } = await app.logIn({ path: '/auth/login?returnTo=/accounts' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/accounts'])
    expect(app.server.count('pushed_authorization')).toBe(pushes ? 1 : 0)
    const accounts = await agent.fetch(`${app.origin}/accounts`)
    expect(await accounts.json()).toEqual({ subject: 'ada', scopes: ['accounts:read'] })
    const token = await (await session(agent.cookies(app.origin)))?.getToken()
    expect(decodeProtectedHeader(token?.accessToken ?? '')).toMatchObject({ alg: 'RS256' })
  })

  test('the token is renewed, whether its refresh token is replaced or kept', async () => {
    const { agent } = await app.logIn()
    const before = await (await session(agent.cookies(app.origin)))?.getToken()
    now += 590_000
    const after = await (await session(agent.cookies(app.origin)))?.getToken()
    expect(after?.accessToken).not.toBe(before?.accessToken)
    expect(after?.refreshToken !== before?.refreshToken).toBe(rotates)
    now = Date.now()
  })

  test('a wrong password leads nowhere, and consent denied to an error', async () => {
    await expect(app.logIn({ password: 'wrong' })).rejects.toThrow('asks once more')
    const { answer } = await app.logIn({ consent: 'deny' })
    expect([answer.status, Object(await answer.json()).error]).toEqual([403, 'access_denied'])
  })

  test('the server ends the session in the back channel', async () => {
    const { agent } = await app.logIn()
    const cookie = agent.cookies(app.origin)
    const page = await (await agent.fetch(`${app.server.issuer}/session/end`)).text()
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const body = new URLSearchParams({ xsrf, logout: 'yes' })
    await agent.fetch(`${app.server.issuer}/session/end/confirm`, { method: 'POST', body })
    expect(app.events).toContainEqual({ type: 'session_ended', reason: 'back_channel' })
    expect(await session(cookie)).toBeUndefined()
  })

  test('a logout ends the refresh token there, too', async () => {
    const { agent } = await app.logIn()
    const revoked = app.server.count('revoke')
    const headers = { origin: app.origin }
    const answer = await agent.fetch(`${app.origin}/auth/logout`, { method: 'POST', headers })
    const location = new URL(answer.headers.get('location') ?? '')
    expect(location.href.startsWith(`${app.server.issuer}/session/end?`)).toBe(true)
    expect(location.searchParams.has('id_token_hint')).toBe(options.login?.idTokenHint === true)
    expect(app.server.count('revoke')).toBeGreaterThan(revoked)
  })
})

test('a client that has no secret logs people in by its code challenge alone', async () => {
  await using app = await startApp({
    client: { clientAuthentication: 'none' },
    login: { clientSecret: undefined, clientAuth: none() },
  })
  expect((await app.logIn()).answer.status).toBe(303)
})
