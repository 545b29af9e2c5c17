import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AritmaDoorway, type AuthorizationServer, startAuthorizationServer } from '../../src/index.js'
import {
  formBasic,
  introspect,
  members,
  type Seen,
  send,
  sendForm,
  sendJson,
  textMember,
  verified,
} from '../support.js'

let server: AuthorizationServer
let aritma: AritmaDoorway

beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['aritma'] })
  aritma = server.doorways.aritma
})

afterAll(() => server.close())

type Form = Readonly<Record<string, string>>

const ask = (form: Form, headers: Form = {}): Promise<Seen> => sendForm(aritma.tokenEndpoint, form, headers)

function inBody(grant_type: string, rest: Form = {}): Form {
  return { grant_type, client_id: aritma.client.clientId, client_secret: aritma.client.clientSecret, ...rest }
}

function asUser(scope: string): Form {
  const { username, password } = aritma.user
  return inBody('password', { username, password, scope })
}

describe('client credentials', () => {
  test('stand at the documented path', () => {
    expect(aritma.tokenEndpoint).toBe(`${aritma.base}/connect/token`)
  })

  test('in the body are answered with the documented members', async () => {
    const { status, body } = await ask(inBody('client_credentials'))
    expect(status).toBe(200)
    expect(Object.entries(members(body))).toEqual([
      ['access_token', expect.any(String)],
      ['expires_in', 3600],
      ['token_type', 'Bearer'],
      ['scope', 'bankservice'],
    ])
  })

  test('by Basic are form-encoded', async () => {
    const { status, body } = await ask({ grant_type: 'client_credentials' }, formBasic(aritma.client))
    expect({ status, scope: members(body).scope }).toEqual({ status: 200, scope: 'bankservice' })
  })

  test('give a token like the documented sample', async () => {
    const { body } = await ask(inBody('client_credentials'))
    const { header, claims } = await verified(aritma, textMember(body, 'access_token'))
    expect(header).toEqual({
      alg: 'RS256',
      kid: expect.stringMatching(/^[0-9A-F]{40}RS256$/),
      typ: 'at+jwt',
      x5t: expect.any(String),
    })
    expect(header.kid).toBe(`${Buffer.from(String(header.x5t), 'base64url').toString('hex').toUpperCase()}RS256`)
    expect(claims).toEqual({
      nbf: expect.any(Number),
      exp: expect.any(Number),
      iss: aritma.issuer,
      aud: [server.audience, `${aritma.issuer}/resources`],
      client_id: aritma.client.clientId,
      iat: expect.any(Number),
      scope: ['bankservice'],
    })
  })

  test('of another client give what that client may have', async () => {
    const { body } = await ask({ grant_type: 'client_credentials' }, formBasic(aritma.limitedClient))
    expect(members(body).scope).toBe('services.settlement')
  })
})

describe('a signed assertion', () => {
  async function assertion(claims: Readonly<Record<string, unknown>> = {}): Promise<Form> {
    const { clientId, privateKey, kid } = aritma.assertionClient
    const client_assertion = await new SignJWT({
      iss: clientId,
      sub: clientId,
      aud: aritma.issuer,
      jti: randomUUID(),
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setExpirationTime('1 min')
      .sign(privateKey)
    return {
      grant_type: 'client_credentials',
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    }
  }

  test('proves a client', async () => {
    const { status, body } = await ask(await assertion())
    expect(status).toBe(200)
    expect((await verified(aritma, textMember(body, 'access_token'))).claims.client_id).toBe('aritma-assertion-client')
  })

  test('may name the token endpoint', async () => {
    expect((await ask(await assertion({ aud: aritma.tokenEndpoint }))).status).toBe(200)
  })

  test('is good once', async () => {
    const form = await assertion()
    expect((await ask(form)).status).toBe(200)
    expect(await ask(form)).toMatchObject({ status: 400, body: '{"error":"invalid_client"}' })
  })

  test('for another audience is refused', async () => {
    const form = await assertion({ aud: 'https://other.example.test' })
    expect(await ask(form)).toMatchObject({ status: 400, body: '{"error":"invalid_client"}' })
  })
})

describe('a password', () => {
  test('gives a token that names the user', async () => {
    const { status, body } = await ask(asUser('bankservice'))
    expect(status).toBe(200)
    expect(Object.keys(members(body))).toEqual(['access_token', 'expires_in', 'token_type', 'scope'])
    const token = textMember(body, 'access_token')
    expect((await verified(aritma, token)).claims).toMatchObject({ sub: aritma.user.username, scope: ['bankservice'] })
    expect(await introspect(aritma, token)).toMatchObject({ active: true, sub: aritma.user.username })
  })

  test('gives a refresh token with offline_access', async () => {
    const { body } = await ask(asUser('bankservice offline_access'))
    expect(members(body)).toMatchObject({ scope: 'bankservice offline_access', refresh_token: expect.any(String) })
  })

  test.for<[what: string, error: string, change: Form]>([
    ['that is wrong', 'invalid_grant', { password: 'wrong' }],
    ['of nobody', 'invalid_grant', { username: 'nobody' }],
    ['for a scope nobody has', 'invalid_scope', { scope: 'everything' }],
  ])('%s is refused: %s', async ([, error, change]) => {
    const { status, body } = await ask({ ...asUser('bankservice'), ...change })
    expect({ status, error: members(body).error }).toEqual({ status: 400, error })
  })
})

describe('a refresh', () => {
  test('is answered without a new refresh token, and the old one stays good', async () => {
    const first = await ask(asUser('bankservice offline_access'))
    const refresh = inBody('refresh_token', { refresh_token: textMember(first.body, 'refresh_token') })
    for (const round of [1, 2]) {
      const { status, body } = await ask(refresh)
      expect({ round, status, names: Object.keys(members(body)) }).toEqual({
        round,
        status: 200,
        names: ['access_token', 'expires_in', 'token_type', 'scope'],
      })
    }
    expect(aritma.count('refresh')).toBeGreaterThanOrEqual(2)
  })

  test('by another client is refused', async () => {
    const first = await ask(asUser('bankservice offline_access'))
    const form = { grant_type: 'refresh_token', refresh_token: textMember(first.body, 'refresh_token') }
    const { status, body } = await ask(form, formBasic(aritma.limitedClient))
    expect({ status, error: members(body).error }).toEqual({ status: 400, error: 'invalid_grant' })
  })

  test('with an unknown token is refused', async () => {
    const { status, body } = await ask(inBody('refresh_token', { refresh_token: 'unknown' }))
    expect({ status, error: members(body).error }).toEqual({ status: 400, error: 'invalid_grant' })
  })
})

describe('refuses', () => {
  test.for<[what: string, error: string, form: () => Form]>([
    ['a wrong secret', 'invalid_client', () => ({ ...inBody('client_credentials'), client_secret: 'wrong' })],
    ['an unknown client', 'invalid_client', () => ({ ...inBody('client_credentials'), client_id: 'nobody' })],
    ['no client', 'invalid_client', () => ({ grant_type: 'client_credentials' })],
    ['an unknown scope', 'invalid_scope', () => inBody('client_credentials', { scope: 'everything' })],
    [
      'offline access for itself',
      'invalid_scope',
      () => inBody('client_credentials', { scope: 'bankservice offline_access' }),
    ],
    ['another grant', 'unsupported_grant_type', () => inBody('telepathy')],
    ['no grant', 'invalid_request', () => ({ client_id: aritma.client.clientId })],
  ])('%s by 400 %s', async ([, error, form]) => {
    expect(await ask(form())).toMatchObject({ status: 400, body: JSON.stringify({ error }) })
  })

  test('credentials given twice', async () => {
    const answer = await ask(inBody('client_credentials'), formBasic(aritma.client))
    expect(answer).toMatchObject({ status: 400, body: '{"error":"invalid_request"}' })
  })

  test('a parameter given twice', async () => {
    const form = `${new URLSearchParams(inBody('client_credentials'))}&scope=bankservice&scope=bankservice`
    const answer = await send(
      'POST',
      aritma.tokenEndpoint,
      { 'content-type': 'application/x-www-form-urlencoded' },
      form,
    )
    expect(answer).toMatchObject({ status: 400, body: '{"error":"invalid_request"}' })
  })

  test('JSON', async () => {
    const answer = await sendJson('POST', aritma.tokenEndpoint, inBody('client_credentials'))
    expect(answer).toMatchObject({ status: 400, body: '{"error":"invalid_request"}' })
  })

  test('another method and another path', async () => {
    expect((await send('GET', aritma.tokenEndpoint)).status).toBe(405)
    expect((await send('POST', `${aritma.base}/connect/nothing`)).status).toBe(404)
  })
})
