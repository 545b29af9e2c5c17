import { type AuthorizationServer, startAuthorizationServer } from '@auth/testing'
import type { RunningApi } from 'accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { start } from '../src/index.js'

let server: AuthorizationServer
let api: RunningApi

beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portx'] })
  const { issuer, jwksUri } = server.doorways.portx
  api = await start({ env: { AUTH_ISSUER: issuer, AUTH_AUDIENCE: server.audience, AUTH_JWKS_URI: jwksUri } })
})
afterAll(async () => {
  await api.close()
  await server.close()
})

const account = { partyId: 'party-1', name: 'Holiday', currency: 'EUR' }

test('health is public', async () => {
  expect(await call('/health')).toEqual({ status: 200, challenge: null, body: { status: 'ok' } })
})

describe.for(['accounts', 'transactions', 'parties', 'cards'])('%s', (resource) => {
  test('are listed and read with their own scope', async () => {
    const token = await sign(`${resource}:read`)
    const { status, body } = await call(`/${resource}`, { token })
    expect({ status, body }).toEqual({ status: 200, body: expect.arrayContaining([]) })
    const [first] = Array.isArray(body) ? body : []
    expect(await call(`/${resource}/${first.id}`, { token })).toEqual({ status: 200, challenge: null, body: first })
    expect(await call(`/${resource}/nobody`, { token })).toMatchObject({ status: 404, body: { message: 'Not Found' } })
  })

  test.for<[method: string, path: string, verb: 'read' | 'write']>([
    ['GET', `/${resource}`, 'read'],
    ['GET', `/${resource}/nobody`, 'read'],
    ['POST', `/${resource}`, 'write'],
  ])('%s %s asks for %s', async ([method, path, verb]) => {
    const token = await sign(verb === 'read' ? `${resource}:write` : `${resource}:read`)
    expect(await call(path, { method })).toMatchObject({ status: 401, challenge: 'Bearer realm="accounts"' })
    expect(await call(path, { method, token: 'garbage' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_token' },
    })
    expect(await call(path, { method, token })).toEqual({
      status: 403,
      challenge: `Bearer realm="accounts", error="insufficient_scope", error_description="The access token lacks a required scope", scope="${resource}:${verb}"`,
      body: { error: 'insufficient_scope', error_description: 'The access token lacks a required scope' },
    })
  })
})

test('an account is created, and read', async () => {
  const token = await sign('accounts:read accounts:write')
  const created = await call('/accounts', { method: 'POST', token, body: account })
  expect(created).toMatchObject({ status: 201, body: account })
  expect((await call('/accounts', { token })).body).toContainEqual(created.body)
})

test.for<[name: string, body: unknown]>([
  ['a member is missing', { name: 'Holiday' }],
  ['a member is unknown', { ...account, admin: true }],
  ['it is a list', [account]],
  ['there is none', undefined],
])('a body is refused when %s', async ([, body]) => {
  const answer = await call('/accounts', { method: 'POST', token: await sign('accounts:write'), body })
  expect(answer).toEqual({ status: 400, challenge: null, body: { message: expect.any(String) } })
})

test('an unknown path is not found, as on every framework', async () => {
  expect(await call('/nowhere')).toEqual({ status: 404, challenge: null, body: { message: 'Not Found' } })
})

test('it does not start without an issuer', async () => {
  await expect(start({ env: {} })).rejects.toThrow(
    new TypeError('AUTH_ISSUER is not set; expected https://as.example.com for instance'),
  )
})

async function call(
  path: string,
  { method = 'GET', token, body }: { method?: string | undefined; token?: string; body?: unknown } = {},
): Promise<{ status: number; challenge: string | null; body: unknown }> {
  const headers = new Headers()
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  if (body !== undefined) headers.set('content-type', 'application/json')
  const response = await fetch(api.url + path, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  })
  return { status: response.status, challenge: response.headers.get('www-authenticate'), body: await response.json() }
}

function sign(scope: string): Promise<string> {
  return server.doorways.portx.issue({ scope, subject: 'ada' })
}
