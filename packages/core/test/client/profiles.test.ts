import { type AuthorizationServer, type RecordedRequest, startAuthorizationServer } from '@auth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { password, signIn } from '../../src/client/grants/standard.js'
import { createTokenClient, type TokenClient } from '../../src/client/token-client.js'
import { aritma, basicForm, passport, portsip, portx } from '../../src/profiles/index.js'
import { credentials, errorOf } from '../support/client.js'
import { testClock } from '../support/clock.js'

let server: AuthorizationServer
beforeAll(async () => {
  server = await startAuthorizationServer()
})
afterAll(() => server.close())
beforeEach(() => {
  for (const doorway of Object.values(server.doorways)) doorway.clearRequests()
})

/** What a request was, without what every HTTP client adds. */
function wire(request: RecordedRequest | undefined) {
  const own = ['authorization', 'accept-language', 'content-type', 'content-length', 'transfer-encoding', 'accept']
  const headers = request?.headers.map(([name, value]) => [name.toLowerCase(), value] as const) ?? []
  return {
    method: request?.method,
    path: request?.path,
    headers: Object.fromEntries(headers.filter(([name]) => own.includes(name))),
    body: request?.body,
  }
}

function lengthOf(body: string): string {
  return String(Buffer.byteLength(body))
}

/** fetch says so when nobody says otherwise. */
const noLanguage = { 'accept-language': '*' }
const jsonBody = (body: string) => ({ 'content-type': 'application/json', 'content-length': lengthOf(body) })
const formBody = (body: string) => ({
  'content-type': 'application/x-www-form-urlencoded',
  'content-length': lengthOf(body),
})
const accept = { accept: 'application/json' }

describe('a recorded request is the documented one and nothing more', () => {
  test('portx: JSON with client, grant type and scope', async () => {
    const { base, client: credentials } = server.doorways.portx
    const { clientId, clientSecret } = credentials
    const scope = 'accounts:read accounts:write'
    const client = createTokenClient({ profile: portx({ base }), clientId, clientSecret, scope })
    const token = await client.getToken()
    const body = JSON.stringify({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
      scope,
    })
    expect(wire(server.doorways.portx.requests[0])).toEqual({
      method: 'POST',
      path: '/portx/oauth/token',
      headers: { ...accept, ...noLanguage, ...jsonBody(body) },
      body,
    })
    expect(token).toMatchObject({ tokenType: 'Bearer', scope, refreshToken: undefined })
  })

  test('portsip: JSON with name and password, no client, no grant type', async () => {
    const { base, user } = server.doorways.portsip
    const grant = signIn(user)
    const client = createTokenClient({ profile: portsip({ base }), grant })
    const token = await client.getToken()
    const body = JSON.stringify({ username: user.username, password: user.password })
    expect(wire(server.doorways.portsip.requests[0])).toEqual({
      method: 'POST',
      path: '/portsip/api/auth/sign_in',
      headers: { ...accept, ...noLanguage, ...jsonBody(body) },
      body,
    })
    expect(token.refreshToken).toBeTypeOf('string')
  })

  test('portsip: a domain where one is given', async () => {
    const { base, user } = server.doorways.portsip
    const grant = signIn({ username: user.username, password: user.password, domain: 'pbx.example.com' })
    await createTokenClient({ profile: portsip({ base }), grant }).getToken()
    expect(JSON.parse(server.doorways.portsip.requests[0]?.body ?? '')).toEqual({
      username: user.username,
      password: user.password,
      domain: 'pbx.example.com',
    })
  })

  test('portsip: a refresh is the refresh token alone, without Authorization', async () => {
    const { base, user } = server.doorways.portsip
    const client = createTokenClient({ profile: portsip({ base }), grant: signIn(user) })
    const before = await client.getToken()
    const after = await client.getToken({ forceRefresh: true })
    const body = JSON.stringify({ refresh_token: before.refreshToken })
    expect(wire(server.doorways.portsip.requests[1])).toEqual({
      method: 'POST',
      path: '/portsip/api/auth/refresh_token',
      headers: { ...accept, ...noLanguage, ...jsonBody(body) },
      body,
    })
    expect(after.accessToken).not.toBe(before.accessToken)
    expect(after.refreshToken).not.toBe(before.refreshToken)
  })

  test('passport: JSON with exactly three members, a language and a length, never chunked', async () => {
    const { base, client: credentials } = server.doorways.passport
    const { clientId, clientSecret } = credentials
    const client = createTokenClient({ profile: passport({ base }), clientId, clientSecret })
    const token = await client.getToken()
    const body = JSON.stringify({ client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' })
    expect(wire(server.doorways.passport.requests[0])).toEqual({
      method: 'POST',
      path: '/passport/v1/iam/oauth/tokens',
      headers: { ...accept, 'accept-language': 'en', ...jsonBody(body) },
      body,
    })
    expect(token.scope?.split(' ')).toEqual(credentials.scopes)
    expect(token.metadata).toMatchObject({ token_id: expect.any(String), account_id: expect.any(String) })
  })

  test('passport: another language where one is given', async () => {
    const { base, client } = server.doorways.passport
    await createTokenClient({ profile: passport({ base, language: 'es' }), ...credentials(client) }).getToken()
    expect(wire(server.doorways.passport.requests[0]).headers['accept-language']).toBe('es')
  })

  test('basicForm: Basic of the plain pair, and the grant type alone in a form', async () => {
    const { base, client: credentials } = server.doorways.basicForm
    const { clientId, clientSecret } = credentials
    const client = createTokenClient({ profile: basicForm({ base }), clientId, clientSecret })
    await client.getToken()
    const body = 'grant_type=client_credentials'
    const pair = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    expect(wire(server.doorways.basicForm.requests[0])).toEqual({
      method: 'POST',
      path: '/basicForm/oauth/v2/token',
      headers: { ...accept, ...noLanguage, ...formBody(body), authorization: `Basic ${pair}` },
      body,
    })
  })

  test('aritma: a form with grant type and client, a scope only where one is asked for', async () => {
    const { base, client: credentials } = server.doorways.aritma
    const { clientId, clientSecret } = credentials
    const client = createTokenClient({ profile: aritma({ base }), clientId, clientSecret })
    const token = await client.getToken()
    await client.getToken({ scope: 'bankservice' })
    const body = String(
      new URLSearchParams({ client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' }),
    )
    expect(wire(server.doorways.aritma.requests[0])).toEqual({
      method: 'POST',
      path: '/aritma/connect/token',
      headers: { ...accept, ...noLanguage, ...formBody(body) },
      body,
    })
    expect(server.doorways.aritma.requests[1]?.body).toBe(`${body}&scope=bankservice`)
    expect(token.scope).toBe('bankservice')
  })

  test('aritma: a person by password, and a refresh that keeps its refresh token', async () => {
    const { base, client: credentials, user } = server.doorways.aritma
    const { clientId, clientSecret } = credentials
    const scope = 'bankservice offline_access'
    const client = createTokenClient({
      profile: aritma({ base }),
      clientId,
      clientSecret,
      scope,
      grant: password(user),
    })
    const before = await client.getToken()
    const after = await client.getToken({ forceRefresh: true })
    expect(Object.fromEntries(new URLSearchParams(server.doorways.aritma.requests[0]?.body))).toEqual({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'password',
      username: user.username,
      password: user.password,
      scope,
    })
    expect(Object.fromEntries(new URLSearchParams(server.doorways.aritma.requests[1]?.body))).toEqual({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'refresh_token',
      refresh_token: before.refreshToken,
    })
    expect(after.refreshToken).toBe(before.refreshToken)
    expect(server.doorways.aritma.count('refresh')).toBe(1)
  })
})

describe('what the servers refuse', () => {
  const wrong = (profile: 'portx' | 'passport' | 'basicForm' | 'aritma'): TokenClient => {
    const { base, client } = server.doorways[profile]
    const credentials = { clientId: client.clientId, clientSecret: 'not-the-secret' }
    const profiles = {
      portx: portx({ base }),
      passport: passport({ base }),
      basicForm: basicForm({ base }),
      aritma: aritma({ base }),
    }
    return createTokenClient({ profile: profiles[profile], ...credentials })
  }

  test.for([
    ['portx', 401],
    ['passport', 401],
    ['basicForm', 401],
    ['aritma', 400],
  ] as const)('%s: a wrong secret is invalid_client', async ([name, status]) => {
    const error = await errorOf(wrong(name).getToken())
    expect(error).toMatchObject({ name: 'TokenRequestError', code: 'invalid_client', status, retryable: false })
  })

  test('portsip: a failed login is HTTP 400 and invalid_grant', async () => {
    const { base, user } = server.doorways.portsip
    const grant = signIn({ username: user.username, password: 'not the password' })
    const error = await errorOf(createTokenClient({ profile: portsip({ base }), grant }).getToken())
    expect(error).toMatchObject({ code: 'invalid_grant', status: 400 })
  })

  test('portsip: a second factor is an error of its own, never a token; the login is not hammered for 30 s', async () => {
    const { base, twoFactorUser } = server.doorways.portsip
    const { now, advance } = testClock()
    const client = createTokenClient({ profile: portsip({ base }), grant: signIn(twoFactorUser), now })
    for (let call = 0; call < 2; call++) {
      const error = await errorOf(client.getToken())
      expect(error).toMatchObject({ code: 'interaction_required', status: 200, interaction: { kind: 'two_factor' } })
      expect(error).toHaveProperty('interaction.handle', expect.any(String))
    }
    expect(server.doorways.portsip.count('token')).toBe(1)
    for (const expected of [2, 3]) {
      advance(30)
      expect(await errorOf(client.getToken())).toMatchObject({ code: 'interaction_required' })
      expect(server.doorways.portsip.count('token')).toBe(expected)
    }
  })
})

test('a hundred callers on a cold client make one request, a later one none', async () => {
  const doorway = server.doorways.portx
  const client = createTokenClient({ profile: portx({ base: doorway.base }), ...credentials(doorway.client) })
  const tokens = await Promise.all(Array.from({ length: 100 }, () => client.getToken()))
  await client.getToken()
  expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1)
  expect(doorway.count('token')).toBe(1)
})

test('a scope that the server does not know is not sent, and selects no other token', async () => {
  const doorway = server.doorways.passport
  const client = createTokenClient({
    profile: passport({ base: doorway.base }),
    ...credentials(doorway.client),
    scope: 'a',
  })
  const tokens = await Promise.all([client.getToken(), client.getToken({ scope: 'b' })])
  expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1)
  expect(doorway.requests[0]?.body).not.toContain('scope')
  expect(tokens[0].scope?.split(' ')).toEqual(doorway.client.scopes)
})

test('portsip may answer expires_at and the misspelt refresh_tokne', async () => {
  const { answers, base, user } = server.doorways.portsip
  const before = { ...answers }
  Object.assign(answers, { expiry: 'expires_at', refreshToken: 'refresh_tokne' })
  const client = createTokenClient({ profile: portsip({ base }), grant: signIn(user) })
  const token = await client.getToken()
  Object.assign(answers, before)
  expect(token.refreshToken).toBeTypeOf('string')
  expect(token.expiresAt - Date.now() / 1000).toBeGreaterThan(3000)
})
