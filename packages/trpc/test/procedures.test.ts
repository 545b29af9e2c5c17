import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Issuer, startIssuer } from './support/issuer.js'
import { createApi, type Listening, listen, type Reached } from './support/server.js'

let issuer: Issuer
let server: Listening
const reached: Reached = []

beforeAll(async () => {
  issuer = await startIssuer()
  server = await listen(createApi(issuer.verifier(), reached).options)
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

async function call(path: string, authorization?: string, init: RequestInit = {}): Promise<Reply> {
  const headers = { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) }
  const response = await fetch(`${server.url}/${path}`, { ...init, headers: { ...headers, ...init.headers } })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: response.headers.get('transfer-encoding') === 'chunked' && text.includes('\n') ? text : JSON.parse(text),
  }
}

describe('who is let in', () => {
  test.for<[string, string, number, string | undefined]>([
    ['open', '', 200, undefined],
    ['authenticated', '', 200, undefined],
    ['read', 'accounts:read', 200, undefined],
    ['read', 'cards:read', 403, 'accounts:read'],
    ['cards', 'cards:read', 200, undefined],
    ['cards', 'accounts:read', 403, 'cards:read'],
    ['either', 'cards:read', 200, undefined],
    ['either', 'accounts:read', 403, 'accounts:write'],
    ['both', 'accounts:read cards:read', 200, undefined],
    ['both', 'accounts:read', 403, 'cards:read'],
    ['both', 'cards:read', 403, 'accounts:read'],
    ['decidedInside', 'cards:read', 200, undefined],
    ['decidedInside', '', 403, 'cards:read'],
  ])('%s with "%s": %i', async ([path, scope, status, missing]) => {
    const answer = await call(path, await issuer.bearer({ scope }))
    expect(answer.status).toBe(status)
    expect(/scope="([^"]*)"/.exec(`${answer.headers.get('www-authenticate')}`)?.[1]).toBe(missing)
    expect(answer.headers.get('cache-control')).toBe(status === 200 ? null : 'no-store')
  })

  test.for(['authenticated', 'read', 'cards', 'either', 'both', 'decidedInside', 'decidedOutside'])(
    '%s wants a token',
    async (path) => {
      reached.length = 0
      const { status, headers, body } = await call(path)
      expect({ status, challenge: headers.get('www-authenticate'), body }).toEqual({
        status: 401,
        challenge: 'Bearer realm="accounts"',
        body: {
          error: {
            message: 'Unauthorized',
            code: -32001,
            data: {
              code: 'UNAUTHORIZED',
              httpStatus: 401,
              path,
              auth: { message: 'Unauthorized' },
              challenge: 'Bearer realm="accounts"',
            },
          },
        },
      })
      expect(reached).toEqual([])
    },
  )

  test('a public procedure works with a bad token, and is told nothing of it', async () => {
    expect(await call('open', 'Bearer garbage')).toMatchObject({ status: 200, body: { result: { data: null } } })
  })

  test('a refused call does not learn whether its input would do', async () => {
    const post = (authorization?: string): Promise<Reply> =>
      call('create', authorization, { method: 'POST', body: '{}' })
    expect((await post()).status).toBe(401)
    expect((await post(await issuer.bearer({ scope: 'accounts:read' }))).status).toBe(403)
    expect((await post(await issuer.bearer({ scope: 'accounts:write' }))).status).toBe(400)
  })
})

describe('a refusal', () => {
  const description = 'The access token lacks a required scope'

  test('is the whole answer in the data, without a stack and without the reason', async () => {
    const { body } = await call('read', await issuer.bearer({ scope: 'cards:read' }))
    expect(body).toEqual({
      error: {
        message: description,
        code: -32003,
        data: {
          code: 'FORBIDDEN',
          httpStatus: 403,
          path: 'read',
          auth: { error: 'insufficient_scope', error_description: description },
          challenge: `Bearer realm="accounts", error="insufficient_scope", error_description="${description}", scope="accounts:read"`,
        },
      },
    })
  })

  test("other errors stay tRPC's, stack in development included", async () => {
    const { status, headers, body } = await call('broken', await issuer.bearer())
    expect(status).toBe(409)
    expect(headers.get('www-authenticate')).toBeNull()
    expect(body).toMatchObject({
      error: { message: 'already there', data: { code: 'CONFLICT', stack: expect.any(String) } },
    })
    expect(body).not.toHaveProperty('error.data.auth')
  })
})

describe('a batch', () => {
  test('of refusals alike has their status, and the challenge once', async () => {
    const { status, headers } = await call('read,authenticated,cards?batch=1')
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBe('Bearer realm="accounts"')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('of refusals that differ is 207 with each challenge, the open call answered', async () => {
    const { status, headers, body } = await call(
      'read,write,open,cards?batch=1',
      await issuer.bearer({ scope: 'accounts:read' }),
    )
    expect(status).toBe(207)
    expect(headers.get('www-authenticate')?.match(/scope="[^"]*"/g)).toEqual([
      'scope="accounts:write"',
      'scope="cards:read"',
    ])
    expect(body).toMatchObject([
      { result: { data: ['accounts:read'] } },
      { error: { data: { auth: { error: 'insufficient_scope' } } } },
      { result: { data: ['accounts:read'] } },
      { error: { data: { auth: { error: 'insufficient_scope' } } } },
    ])
  })

  test('that is streamed announces a refusal in its header, and carries each in its data', async () => {
    const accept = { headers: { 'trpc-accept': 'application/jsonl' } }
    const { status, headers, body } = await call('read,open?batch=1', 'Bearer garbage', accept)
    expect(status).toBe(200)
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toContain('"auth":{"error":"invalid_token"')
    expect(body).not.toContain('"stack"')
    const good = await call('read,open?batch=1', await issuer.bearer({ scope: 'accounts:read' }), accept)
    expect(good.headers.get('www-authenticate')).toBeNull()
  })
})
