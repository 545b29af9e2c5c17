import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { RunningApi } from 'accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { start } from '../src/index.js'

const issuer = 'https://as.example.test'
const audience = 'https://api.example.test'
const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
}

const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

let keys: { readonly server: Server; readonly url: string }
let api: RunningApi

beforeAll(async () => {
  keys = await serveKeys()
  api = await start({ env: { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_URI: keys.url } })
})
afterAll(async () => {
  await api.close()
  keys.server.close()
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

async function sign(scope: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer, aud: audience, sub: 'ada', iat: now, exp: now + 300, scope }
  const input = [{ alg: 'RS256', typ: 'JWT', kid: 'key-1' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = await crypto.subtle.sign(algorithm.name, privateKey, Buffer.from(input))
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

async function serveKeys(): Promise<{ server: Server; url: string }> {
  const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'key-1' }
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return { server, url: `http://127.0.0.1:${address.port}/jwks` }
}
