import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  type AuthorizationServer,
  type ClientDoorway,
  startAuthorizationServer,
  type TestCredentials,
} from '../../src/index.js'
import { introspect, members, type Seen, send, sendForm, sendJson, textMember } from '../support.js'

let server: AuthorizationServer
let passport: ClientDoorway

beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['passport'] })
  passport = server.doorways.passport
})

afterAll(() => server.close())

afterEach(() => vi.useRealTimers())

const language = { 'accept-language': 'en' }
const bearer = (token: string) => ({ ...language, authorization: `Bearer ${token}` })

function request({ clientId, clientSecret }: TestCredentials = passport.client): Readonly<Record<string, string>> {
  return { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' }
}

const ask = (body: unknown, headers: Readonly<Record<string, string>> = language): Promise<Seen> =>
  sendJson('POST', passport.tokenEndpoint, body, headers)

async function issued(
  client: TestCredentials = passport.client,
): Promise<{ readonly id: string; readonly token: string }> {
  const { body } = await ask(request(client))
  return { id: textMember(body, 'token_id'), token: textMember(body, 'access_token') }
}

const one = (id: string): string => `${passport.tokenEndpoint}/${id}`
const remove = (id: string, token: string, body: unknown = { token_id: id }): Promise<Seen> =>
  sendJson('DELETE', one(id), body, bearer(token))

const refusal = (http_code: number) => ({
  message: expect.any(String),
  http_code,
  type: expect.any(String),
  trace_id: expect.any(String),
  code: expect.any(String),
  resource: expect.any(String),
  url: expect.stringMatching(/^\/v1\//),
})

describe('creating a token', () => {
  test('stands at the documented path', () => {
    expect(passport.tokenEndpoint).toBe(`${passport.base}/v1/iam/oauth/tokens`)
  })

  test('answers the known members and no others', async () => {
    const { status, body } = await ask(request())
    expect(status).toBe(200)
    expect(members(body)).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      token_id: expect.stringMatching(/^[\da-f-]{36}$/),
      token_type: 'Bearer',
      expires_in: 86_400,
      scopes: passport.client.scopes,
      roles: ['admin'],
      account_id: expect.stringMatching(/^[\da-f-]{36}$/),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    })
  })

  test('gives scopes with wildcards, or single ones', async () => {
    expect(passport.client.scopes).toContain('orca.accounts.*')
    const { token } = await issued(passport.limitedClient)
    expect(await introspect(passport, token)).toMatchObject({ active: true, scope: 'orca.accounts.list.get' })
  })

  test.for<[what: string, status: number, headers: Readonly<Record<string, string>>]>([
    ['without Accept-Language', 400, {}],
    ['as another type', 415, { ...language, 'content-type': 'text/plain' }],
  ])('%s is refused by %i', async ([, status, headers]) => {
    const answer = await ask(request(), headers)
    expect({ status: answer.status, body: members(answer.body) }).toEqual({ status, body: refusal(status) })
  })

  test('in chunks is refused', async () => {
    const headers = { ...language, 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
    const { status, body } = await send('POST', passport.tokenEndpoint, headers, JSON.stringify(request()))
    expect({ status, body: members(body) }).toEqual({ status: 411, body: refusal(411) })
  })

  test.for<[what: string, status: number, change: Readonly<Record<string, unknown>>]>([
    ['with a wrong secret', 401, { client_secret: 'wrong' }],
    ['by an unknown client', 401, { client_id: 'nobody' }],
    ['by another grant', 400, { grant_type: 'password' }],
    ['with an unknown member', 400, { scope: 'orca.accounts.*' }],
    ['without a secret', 400, { client_secret: undefined }],
  ])('%s is refused by %i', async ([, status, change]) => {
    const answer = await ask({ ...request(), ...change })
    expect({ status: answer.status, body: members(answer.body) }).toEqual({ status, body: refusal(status) })
  })

  test('as a form is refused', async () => {
    const { status, body } = await sendForm(passport.tokenEndpoint, request(), language)
    expect({ status, body: members(body) }).toEqual({ status: 415, body: refusal(415) })
  })

  test('by another method is refused', async () => {
    const { status, headers } = await send('PUT', passport.tokenEndpoint)
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'POST, GET' })
  })
})

describe('reading about tokens', () => {
  test('tells everything but the token', async () => {
    const { id, token } = await issued()
    const { status, body } = await send('GET', one(id), bearer(token))
    expect(status).toBe(200)
    expect(members(body)).toMatchObject({ token_id: id, scopes: passport.client.scopes })
    expect(body).not.toContain(token)
  })

  test('lists those of the own client', async () => {
    const mine = await issued()
    const other = await issued(passport.limitedClient)
    const { status, body } = await send('GET', passport.tokenEndpoint, bearer(mine.token))
    expect(status).toBe(200)
    expect(Object.keys(members(body))).toEqual(['pagination_info', 'tokens'])
    expect(body).toContain(mine.id)
    expect(body).not.toContain(other.id)
  })

  test('needs a token, and 401 is also the answer to a missing scope', async () => {
    const { id, token } = await issued(passport.limitedClient)
    for (const headers of [language, bearer('unknown'), bearer(token)]) {
      const { status, body } = await send('GET', one(id), headers)
      expect({ status, body: members(body) }).toEqual({ status: 401, body: refusal(401) })
    }
  })

  test('of another client is refused', async () => {
    const { token } = await issued()
    const { id } = await issued(passport.limitedClient)
    expect((await send('GET', one(id), bearer(token))).status).toBe(404)
  })
})

describe('revoking', () => {
  test('ends the token, its own included, and answers nothing', async () => {
    const { id, token } = await issued()
    const answer = await remove(id, token)
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: '' })
    expect(await introspect(passport, token)).toEqual({ active: false })
    expect((await remove(id, token)).status).toBe(401)
  })

  test('twice is 404, as is an unknown id', async () => {
    const { token } = await issued()
    const { id } = await issued()
    expect((await remove(id, token)).status).toBe(200)
    for (const each of [id, 'unknown']) {
      const { status, body } = await remove(each, token)
      expect({ status, body: members(body) }).toEqual({ status: 404, body: refusal(404) })
    }
  })

  test('what has been revoked otherwise is 404', async () => {
    const { token } = await issued()
    const other = await issued()
    await passport.revoke(other.token)
    expect((await remove(other.id, token)).status).toBe(404)
  })

  test('what has expired is 409', async () => {
    const { id, token } = await issued()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_401_000 })
    expect(await introspect(passport, token)).toEqual({ active: false })
    expect((await remove(id, token)).status).toBe(401)
    const { status, body } = await remove(id, (await issued()).token)
    expect({ status, body: members(body) }).toEqual({ status: 409, body: refusal(409) })
  })

  test.for<[what: string, status: number, body: unknown]>([
    ['another id in the body', 400, { token_id: 'other' }],
    ['no id in the body', 400, {}],
    ['an unknown member', 400, { token_id: 'x', reason: 'none' }],
  ])('with %s is refused by %i', async ([, status, body]) => {
    const { id, token } = await issued()
    const answer = await remove(id, token, body)
    expect({ status: answer.status, body: members(answer.body) }).toEqual({ status, body: refusal(status) })
  })

  test('the token of another client is refused', async () => {
    const { token } = await issued()
    const { id } = await issued(passport.limitedClient)
    expect((await remove(id, token)).status).toBe(403)
  })

  test('without the scope is refused by 401', async () => {
    const { id, token } = await issued(passport.limitedClient)
    expect((await remove(id, token)).status).toBe(401)
  })

  test('without a body is refused', async () => {
    const { id, token } = await issued()
    expect((await send('DELETE', one(id), bearer(token))).status).toBe(411)
  })
})
