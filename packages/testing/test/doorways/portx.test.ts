import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthorizationServer, type ClientDoorway, startAuthorizationServer } from '../../src/index.js'
import { members, type Seen, send, sendForm, sendJson, textMember, verified } from '../support.js'

let server: AuthorizationServer
let portx: ClientDoorway

beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portx'] })
  portx = server.doorways.portx
})

afterAll(() => server.close())

function request(scope?: string): Readonly<Record<string, string>> {
  const { clientId, clientSecret } = portx.client
  const body = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' }
  return scope === undefined ? body : { ...body, scope }
}

const ask = (body: unknown): Promise<Seen> => sendJson('POST', portx.tokenEndpoint, body)

describe('the documented exchange', () => {
  test('stands at the documented path', () => {
    expect(portx.tokenEndpoint).toBe(`${portx.base}/oauth/token`)
    expect(portx.base).toBe(portx.issuer)
  })

  test('answers the documented members and no others', async () => {
    const { status, headers, body } = await ask(request('accounts:read accounts:write'))
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/json')
    expect(headers['cache-control']).toBe('no-store')
    expect(members(body)).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'accounts:read accounts:write',
    })
  })

  test('issues RS256 tokens of type JWT with a scope string', async () => {
    const { body } = await ask(request('accounts:read'))
    const { header, claims } = await verified(portx, textMember(body, 'access_token'))
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) })
    expect(claims).toMatchObject({ client_id: 'portx-client', sub: 'portx-client', scope: 'accounts:read' })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600)
  })

  test('grants all eight scopes where none is named', async () => {
    const { body } = await ask(request())
    expect(textMember(body, 'scope').split(' ')).toEqual(portx.client.scopes)
    expect(portx.client.scopes).toHaveLength(8)
  })
})

describe('refuses', () => {
  test.for<[what: string, status: number, error: string, body: () => unknown]>([
    ['a wrong secret', 401, 'unauthorized', () => ({ ...request('accounts:read'), client_secret: 'wrong' })],
    ['an unknown client', 401, 'unauthorized', () => ({ ...request('accounts:read'), client_id: 'nobody' })],
    ['an unknown scope', 400, 'invalid_scope', () => request('accounts:read loans:read')],
    ['another grant', 400, 'unsupported_grant_type', () => ({ ...request(), grant_type: 'password' })],
    ['an unknown member', 400, 'invalid_request', () => ({ ...request(), audience: 'https://api.example.test' })],
    ['a scope list', 400, 'invalid_request', () => ({ ...request(), scope: ['accounts:read'] })],
    ['no grant type', 400, 'invalid_request', () => ({ ...request(), grant_type: undefined })],
    ['no secret', 400, 'invalid_request', () => ({ ...request(), client_secret: undefined })],
    ['a number for a client', 400, 'invalid_request', () => ({ ...request(), client_id: 7 })],
    ['a JSON array', 400, 'invalid_request', () => [request()]],
  ])('%s by %i %s', async ([, status, error, body]) => {
    const answer = await ask(body())
    expect({ status: answer.status, body: members(answer.body) }).toEqual({
      status,
      body: { error, error_description: expect.any(String) },
    })
  })

  test('a scope that the client was not given', async () => {
    const { clientId, clientSecret } = portx.limitedClient
    const own = { ...request(), client_id: clientId, client_secret: clientSecret }
    expect((await ask({ ...own, scope: 'accounts:write' })).status).toBe(400)
    expect(textMember((await ask(own)).body, 'scope')).toBe('accounts:read')
  })

  test('a form', async () => {
    const { status, body } = await sendForm(portx.tokenEndpoint, request('accounts:read'))
    expect(status).toBe(415)
    expect(members(body).error).toBe('invalid_request')
  })

  test('malformed JSON', async () => {
    const { status, body } = await send('POST', portx.tokenEndpoint, { 'content-type': 'application/json' }, '{"a":')
    expect(status).toBe(400)
    expect(members(body).error).toBe('invalid_request')
  })

  test('another method, and says which it takes', async () => {
    const { status, headers, body } = await send('GET', portx.tokenEndpoint)
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'POST' })
    expect(members(body).error).toBe('invalid_request')
  })

  test('another path', async () => {
    const { status, body } = await send('POST', `${portx.base}/oauth/tokens`)
    expect(status).toBe(404)
    expect(members(body).error).toBe('not_found')
  })

  test('without naming a secret', async () => {
    const { body } = await ask({ ...request('accounts:read'), client_secret: 'planted-wrong-secret' })
    expect(body).not.toContain('planted-wrong-secret')
    expect(body).not.toContain(portx.client.clientSecret)
  })
})
