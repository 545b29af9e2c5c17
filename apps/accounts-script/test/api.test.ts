import type { RunningApi } from 'accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { start } from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'

const audience = 'https://api.example.test'
const challenge = 'Bearer realm="accounts"'

let issuer: Issuer
let api: RunningApi
let all: string
let reader: string

beforeAll(async () => {
  issuer = await startIssuer(audience)
  api = await start({ env: { AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: audience, AUTH_JWKS_URI: issuer.jwksUri } })
  reader = await issuer.sign({ aud: audience, scope: 'accounts:read' })
  all = await issuer.sign({
    aud: audience,
    scope: 'accounts:read accounts:write parties:read parties:write cards:read transactions:read',
  })
})

afterAll(async () => {
  await api.close()
  await issuer.close()
})

async function call(
  path: string,
  { token, method = 'GET', body }: { token?: string; method?: string; body?: string } = {},
): Promise<{ status: number; challenge: string | null; body: unknown }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(`${api.url}${path}`, { method, headers, body: body ?? null })
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: await response.json(),
  }
}

test('GET /health needs no token', async () => {
  expect(await call('/health')).toEqual({ status: 200, challenge: null, body: { status: 'ok' } })
})

test.for(['accounts', 'transactions', 'parties', 'cards'])('GET /%s lists them, GET /%s/{id} is one', async (name) => {
  const { status, body } = await call(`/${name}`, { token: all })
  expect(status).toBe(200)
  const [first]: { id?: string }[] = Array.isArray(body) ? body : []
  expect(first?.id).toMatch(/-1$/)
  expect(await call(`/${name}/${first?.id}`, { token: all })).toEqual({ status: 200, challenge: null, body: first })
})

test('POST creates what can then be had', async () => {
  const party = { name: 'Nils Vik', kind: 'person', country: 'SE' }
  const { status, body } = await call('/parties', { token: all, method: 'POST', body: JSON.stringify(party) })
  expect({ status, body }).toEqual({ status: 201, body: { ...party, id: expect.any(String) } })
  const { body: list } = await call('/parties', { token: all })
  expect(list).toContainEqual(body)
})

describe('refused', () => {
  test('without a token', async () => {
    expect(await call('/accounts')).toEqual({ status: 401, challenge, body: { message: 'Unauthorized' } })
  })

  test('with a token for another audience', async () => {
    const token = await issuer.sign({ aud: 'https://other.example.test', scope: 'accounts:read' })
    expect(await call('/accounts', { token })).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
  })

  test.for<[string, string, string]>([
    ['POST', '/accounts', 'accounts:write'],
    ['GET', '/cards', 'cards:read'],
    ['GET', '/cards/card-1', 'cards:read'],
    ['GET', '/cards/card-9', 'cards:read'],
  ])('%s %s without %s', async ([method, path, scope]) => {
    const answer = await call(path, { token: reader, method })
    expect(answer).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } })
    expect(answer.challenge).toContain(`scope="${scope}"`)
  })
})

describe('not found', () => {
  test.for([
    '/accounts/account-9',
    '/accounts/',
    '/accounts/account-1/cards',
    '/',
    '/loans',
    '/constructor',
    '//accounts',
  ])('GET %s', async (path) => {
    expect(await call(path, { token: all })).toEqual({ status: 404, challenge: null, body: { message: 'Not Found' } })
  })

  test('DELETE /accounts', async () => {
    expect((await call('/accounts', { token: all, method: 'DELETE' })).status).toBe(404)
  })
})

describe('a bad body', () => {
  test.for<[string, number, string]>([
    ['', 400, 'The body is not JSON'],
    ['{"name":', 400, 'The body is not JSON'],
    ['[]', 400, 'expected a JSON object'],
    ['{}', 400, 'partyId is a text of 1 to 64 characters, without blanks around it'],
    [`"${'x'.repeat(64 * 1024)}"`, 413, 'The body is too long'],
  ])('%#: %s', async ([body, status, message]) => {
    expect(await call('/accounts', { token: all, method: 'POST', body })).toMatchObject({ status, body: { message } })
  })

  test('is not even read without the scope', async () => {
    expect((await call('/accounts', { token: reader, method: 'POST', body: '{"name":' })).status).toBe(403)
  })
})

test('an API without its environment does not start', async () => {
  await expect(start({ env: {} })).rejects.toThrow(
    new TypeError('AUTH_ISSUER is not set; expected https://as.example.com for instance'),
  )
})

test('an API whose port is taken does not start', async () => {
  const env = { AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: audience }
  await expect(start({ port: Number(new URL(api.url).port), env })).rejects.toThrow('EADDRINUSE')
})

test('a closed API can be closed again, and answers no more', async () => {
  const other = await start({ env: { AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: audience } })
  await other.close()
  await other.close()
  await expect(fetch(`${other.url}/health`)).rejects.toThrow(TypeError)
})
