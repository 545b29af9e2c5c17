import type { Entity, RunningApi } from 'accounts'
import { hc } from 'hono/client'
import { afterAll, beforeAll, describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { type AppType, start } from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'

let issuer: Issuer
let api: RunningApi

beforeAll(async () => {
  issuer = await startIssuer()
  api = await start({ env: issuer.env })
})

afterAll(async () => {
  await api.close()
  await issuer.close()
})

interface Call {
  readonly token?: string
  readonly method?: string
  readonly body?: string
}

async function call(
  path: string,
  { token, method = 'GET', body }: Call = {},
): Promise<{ status: number; challenge: string | null; body: unknown }> {
  const headers = new Headers()
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  if (body !== undefined) headers.set('content-type', 'application/json')
  const response = await fetch(`${api.url}${path}`, { method, headers, body: body ?? null })
  return { status: response.status, challenge: response.headers.get('www-authenticate'), body: await response.json() }
}

test('GET /health needs no token', async () => {
  expect(await call('/health')).toEqual({ status: 200, challenge: null, body: { status: 'ok' } })
})

test('GET /ready says whether the keys are there', async () => {
  await expect.poll(() => call('/ready')).toMatchObject({ status: 200, body: { status: 'ready' } })
  const down = await start({ env: { ...issuer.env, AUTH_JWKS_URI: 'http://127.0.0.1:9/jwks' } })
  onTestFinished(() => down.close())
  expect((await fetch(`${down.url}/ready`)).status).toBe(503)
})

test('a typed client knows what comes back, refusals apart', async () => {
  const headers = { authorization: `Bearer ${await issuer.sign('cards:read')}` }
  const client = hc<AppType>(api.url, { headers })
  const response = await client.cards.$get()
  const [card] = await response.json()
  expectTypeOf(card).toExtend<Entity<'cards'> | undefined>()
  expect(card).toMatchObject({ lastFour: expect.stringMatching(/^\d{4}$/) })
  expect((await client.accounts.$get()).status).toBe(403)
})

test('a typed client knows what may be sent', async () => {
  const headers = { authorization: `Bearer ${await issuer.sign('parties:write')}` }
  const client = hc<AppType>(api.url, { headers })
  const party = { name: 'Nils Vik', kind: 'person', country: 'SE' } as const
  const response = await client.parties.$post({ json: party })
  expect([response.status, await response.json()]).toEqual([201, { ...party, id: expect.any(String) }])
  // @ts-expect-error: no kind of party
  const refused = await client.parties.$post({ json: { ...party, kind: 'robot' } })
  expect([refused.status, await refused.json()]).toEqual([400, { message: 'kind is one of person, organisation' }])
})

describe.for(['accounts', 'transactions', 'parties', 'cards'])('%s', (name) => {
  test('are listed, and each can be had', async () => {
    const token = await issuer.sign(`${name}:read`)
    const { status, body } = await call(`/${name}`, { token })
    expect(status).toBe(200)
    const [first]: { id?: string }[] = Array.isArray(body) ? body : []
    expect(first?.id).toMatch(/-1$/)
    expect(await call(`/${name}/${first?.id}`, { token })).toEqual({ status: 200, challenge: null, body: first })
  })

  test.for([
    ['GET', `/${name}`, 'read', 'write'],
    ['GET', `/${name}/nothing`, 'read', 'write'],
    ['POST', `/${name}`, 'write', 'read'],
  ])('%s %s is for %s only', async ([method = '', path = '', needed, other]) => {
    const missing = `scope="${name}:${needed}"`
    const answer = await call(path, { method, token: await issuer.sign(`${name}:${other}`) })
    expect(answer).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } })
    expect(answer.challenge).toContain(missing)
    expect(await call(path, { method })).toEqual({
      status: 401,
      challenge: 'Bearer realm="accounts"',
      body: { message: 'Unauthorized' },
    })
  })
})

test('POST creates what can then be had', async () => {
  const token = await issuer.sign('parties:read parties:write')
  const party = { name: 'Nils Vik', kind: 'person', country: 'SE' }
  const { status, body } = await call('/parties', { token, method: 'POST', body: JSON.stringify(party) })
  expect({ status, body }).toEqual({ status: 201, body: { ...party, id: expect.any(String) } })
  expect((await call('/parties', { token })).body).toContainEqual(body)
})

test('issuing a card can take a login of its own', async () => {
  const strict = await start({ env: issuer.env, cardLogin: { acrValues: ['urn:example:code'], maxAge: 300 } })
  onTestFinished(() => strict.close())
  const issue = async (claims: Readonly<Record<string, unknown>>): Promise<[number, string | null]> => {
    const token = await issuer.sign('cards:write', claims)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await fetch(`${strict.url}/cards`, { method: 'POST', headers, body: '{}' })
    return [response.status, response.headers.get('www-authenticate')]
  }
  const auth_time = Math.floor(Date.now() / 1000)
  const [status, challenge] = await issue({ acr: 'urn:example:password', auth_time })
  expect(status).toBe(401)
  expect(challenge).toContain('error="insufficient_user_authentication"')
  expect(challenge).toContain('acr_values="urn:example:code", max_age="300"')
  expect(await issue({ acr: 'urn:example:code', auth_time })).toEqual([400, null])
})

test('a token for another audience is refused', async () => {
  const token = await issuer.sign('accounts:read', { aud: 'https://other.example.test' })
  expect(await call('/accounts', { token })).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
})

test.for([
  ['GET', '/accounts/account-9'],
  ['GET', '/accounts/account-1/cards'],
  ['GET', '/'],
  ['GET', '/loans'],
  ['GET', '/constructor'],
  ['GET', '//accounts'],
  ['DELETE', '/accounts'],
])('%s %s is not found', async ([method = '', path = '']) => {
  const token = await issuer.sign('accounts:read accounts:write')
  expect(await call(path, { token, method })).toEqual({ status: 404, challenge: null, body: { message: 'Not Found' } })
})

describe('a bad body', () => {
  test.for<[string, number, string]>([
    ['', 400, 'The body is not JSON'],
    ['{"name":', 400, 'The body is not JSON'],
    ['[]', 400, 'expected a JSON object'],
    ['{}', 400, 'partyId is a text of 1 to 64 characters, without blanks around it'],
    [`"${'x'.repeat(64 * 1024)}"`, 413, 'The body is too long'],
  ])('%#: %s', async ([body, status, message]) => {
    const token = await issuer.sign('accounts:write')
    expect(await call('/accounts', { token, method: 'POST', body })).toEqual({
      status,
      challenge: null,
      body: { message },
    })
  })

  test('of another type is refused', async () => {
    const headers = { authorization: `Bearer ${await issuer.sign('accounts:write')}`, 'content-type': 'text/plain' }
    const response = await fetch(`${api.url}/accounts`, { method: 'POST', headers, body: '{}' })
    expect([response.status, await response.json()]).toEqual([415, { message: 'The body is not JSON' }])
  })

  test('is not even read without the scope', async () => {
    const token = await issuer.sign('accounts:read')
    expect((await call('/accounts', { token, method: 'POST', body: '{"name":' })).status).toBe(403)
  })
})

test('an API without its environment does not start', async () => {
  await expect(start({ env: {} })).rejects.toThrow(
    new TypeError('AUTH_ISSUER is not set; expected https://as.example.com for instance'),
  )
})

test('a closed API can be closed again, and answers no more', async () => {
  const other = await start({ env: issuer.env })
  await other.close()
  await other.close()
  await expect(fetch(`${other.url}/health`)).rejects.toThrow(TypeError)
})
