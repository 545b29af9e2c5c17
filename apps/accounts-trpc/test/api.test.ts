import { createTRPCClient, httpBatchLink, httpLink, type TRPCClient, TRPCClientError } from '@trpc/client'
import type { RunningApi } from 'accounts'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type AppRouter, start } from '../src/index.js'
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

/** A client as users write one, with a token for these scopes. */
async function clientWith(scope?: string, claims?: Readonly<Record<string, unknown>>): Promise<TRPCClient<AppRouter>> {
  const headers = scope === undefined ? {} : { authorization: `Bearer ${await issuer.sign(scope, claims)}` }
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.url}/trpc`, headers })] })
}

test('GET /ready says whether the keys are there', async () => {
  const ready = async (url: string) => (await fetch(`${url}/ready`)).status
  await expect.poll(() => ready(api.url)).toBe(200)
  const down = await start({ env: { ...issuer.env, AUTH_JWKS_URI: 'http://127.0.0.1:9/jwks' } })
  onTestFinished(() => down.close())
  expect(await ready(down.url)).toBe(503)
})

/** What came of a call that failed. */
async function failure(call: Promise<unknown>): Promise<TRPCClientError<AppRouter>> {
  const error: unknown = await call.then(
    () => new Error('the call did not fail'),
    (reason: unknown) => reason,
  )
  if (error instanceof TRPCClientError) return error
  throw error
}

const party = { name: 'Nils Vik', kind: 'person', country: 'SE' } as const

test('health needs no token, as a procedure or as a path', async () => {
  expect(await (await clientWith()).health.query()).toEqual({ status: 'ok' })
  const response = await fetch(`${api.url}/health`)
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
})

describe.for(['accounts', 'transactions', 'parties', 'cards'] as const)('%s', (name) => {
  test('are listed, and each can be had', async () => {
    const { [name]: resource } = await clientWith(`${name}:read`)
    const [first] = await resource.list.query()
    expect(first?.id).toMatch(/-1$/)
    expect(await resource.get.query({ id: `${first?.id}` })).toEqual(first)
    expect(await failure(resource.get.query({ id: 'nothing' }))).toMatchObject({
      message: 'Not Found',
      data: { httpStatus: 404 },
    })
  })

  test.for([
    ['list', 'read', 'write'],
    ['get', 'read', 'write'],
    ['create', 'write', 'read'],
  ])('%s is for %s only', async ([procedure, needed, other]) => {
    const call = async (token?: string): Promise<Response> =>
      await fetch(`${api.url}/trpc/${name}.${procedure}${procedure === 'get' ? '?input={"id":"nothing"}' : ''}`, {
        method: procedure === 'create' ? 'POST' : 'GET',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
      })
    const refused = await call(await issuer.sign(`${name}:${other}`))
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toContain(`scope="${name}:${needed}"`)
    expect(await refused.json()).toMatchObject({ error: { data: { auth: { error: 'insufficient_scope' } } } })
    const anonymous = await call()
    expect(anonymous.status).toBe(401)
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer realm="accounts"')
    expect(await anonymous.json()).toMatchObject({ error: { data: { auth: { message: 'Unauthorized' } } } })
  })
})

test('what is created can then be had', async () => {
  const { parties } = await clientWith('parties:read parties:write')
  const created = await parties.create.mutate(party)
  expect(created).toEqual({ ...party, id: expect.any(String) })
  expect(await parties.list.query()).toContainEqual(created)
})

test('a token for another audience is refused', async () => {
  const { accounts } = await clientWith('accounts:read', { aud: 'https://other.example.test' })
  const { data } = await failure(accounts.list.query())
  expect(data).toMatchObject({ httpStatus: 401, auth: { error: 'invalid_token' } })
})

test('a batch answers each call for itself', async () => {
  const token = await issuer.sign('accounts:read')
  const headers = { authorization: `Bearer ${token}` }
  const { accounts, cards } = createTRPCClient<AppRouter>({
    links: [httpBatchLink({ url: `${api.url}/trpc`, headers })],
  })
  const [listed, refused] = await Promise.all([accounts.list.query(), failure(cards.list.query())])
  expect(listed).toHaveLength(3)
  expect(refused.data).toMatchObject({ httpStatus: 403, auth: { error: 'insufficient_scope' } })
  expect(refused.meta?.response).toMatchObject({ status: 207 })
})

describe('a bad body', () => {
  test.for<[string, number, string | RegExp]>([
    ['', 400, 'expected a JSON object'],
    ['{"name":', 400, /JSON/],
    ['[]', 400, 'expected a JSON object'],
    ['{}', 400, 'partyId is a text of 1 to 64 characters, without blanks around it'],
    [`"${'x'.repeat(64 * 1024)}"`, 413, 'PAYLOAD_TOO_LARGE'],
  ])('%#: %s', async ([body, status, message]) => {
    const response = await fetch(`${api.url}/trpc/accounts.create`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await issuer.sign('accounts:write')}`, 'content-type': 'application/json' },
      body,
    })
    expect(response.status).toBe(status)
    const answer: unknown = await response.json()
    expect(answer).toMatchObject({ error: { message: expect.stringMatching(message) } })
    expect(answer).not.toHaveProperty('error.data.stack')
  })

  test('is not even read without the scope', async () => {
    const response = await fetch(`${api.url}/trpc/accounts.create`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await issuer.sign('accounts:read')}`, 'content-type': 'application/json' },
      body: '{"name":',
    })
    expect(response.status).toBe(403)
  })
})

test.for(['/', '/trpc', '/accounts', '/trpcx/health', '//trpc/health'])('%s is not found', async (path) => {
  const response = await fetch(`${api.url}${path}`)
  expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }])
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
