import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthorizationServer, startAuthorizationServer, type TestCredentials } from '../src/index.js'
import { formBasic, introspect, members, send, sendForm, verified } from './support.js'

const names = ['portx', 'portsip', 'passport', 'basicForm', 'aritma'] as const
const jwtNames = ['portx', 'basicForm', 'aritma'] as const

let server: AuthorizationServer

beforeAll(async () => {
  server = await startAuthorizationServer()
})

afterAll(() => server.close())

describe.for(names)('%s', (name) => {
  test('is an issuer of its own', () => {
    const { issuer, base } = server.doorways[name]
    expect(issuer).toBe(`${server.origin}/${name}`)
    expect(base).toContain(issuer)
  })

  test('has metadata where OpenID Connect and RFC 8414 look for it', async () => {
    const doorway = server.doorways[name]
    const openid = await send('GET', `${doorway.issuer}/.well-known/openid-configuration`)
    const oauth = await send('GET', `${server.origin}/.well-known/oauth-authorization-server/${name}`)
    expect([openid.status, oauth.status]).toEqual([200, 200])
    expect(openid.body).toBe(oauth.body)
    const metadata = members(openid.body)
    expect(metadata).toMatchObject({
      issuer: doorway.issuer,
      token_endpoint: doorway.tokenEndpoint,
      jwks_uri: doorway.jwksUri,
      introspection_endpoint: doorway.introspectionEndpoint,
      revocation_endpoint: doorway.revocationEndpoint,
    })
    expect(metadata).not.toHaveProperty('authorization_endpoint')
    expect(doorway.count('metadata')).toBe(2)
  })

  test('publishes its public keys and nothing of its private ones', async () => {
    const doorway = server.doorways[name]
    const { status, headers, body } = await send('GET', doorway.jwksUri)
    expect(status).toBe(200)
    expect(headers['content-type']).toMatch(/^application\/jwk-set\+json/)
    expect(members(body)).toEqual(doorway.jwks())
    const allowed = { kty: 'RSA', use: 'sig', alg: 'RS256', e: 'AQAB', kid: expect.any(String), n: expect.any(String) }
    expect(doorway.jwks().keys).toEqual([allowed])
  })

  test('shares no key with another', () => {
    const own = server.doorways[name].jwks().keys[0]?.n
    const others = names.filter((each) => each !== name).map((each) => server.doorways[each].jwks().keys[0]?.n)
    expect(others).not.toContain(own)
  })

  test('introspects its own tokens only', async () => {
    const doorway = server.doorways[name]
    const token = await doorway.issue({ scope: 'a b' })
    expect(await introspect(doorway, token)).toMatchObject({
      active: true,
      scope: 'a b',
      iss: doorway.issuer,
      aud: server.audience,
      exp: expect.any(Number),
      iat: expect.any(Number),
      token_type: 'Bearer',
    })
    const other = server.doorways[name === 'portx' ? 'aritma' : 'portx']
    expect(await introspect(other, token)).toEqual({ active: false })
  })

  test.for(['unknown', 'a.b.c', '', '__proto__'])('knows no token %j', async (token) => {
    const doorway = server.doorways[name]
    const { status, body } = await sendForm(doorway.introspectionEndpoint, { token }, formBasic(doorway.resourceServer))
    expect({ status, body: members(body) }).toMatchObject(
      token === '' ? { status: 400, body: { error: 'invalid_request' } } : { status: 200, body: { active: false } },
    )
  })

  test('introspects for those who prove who they are', async () => {
    const doorway = server.doorways[name]
    const token = await doorway.issue()
    const wrong = formBasic({ ...doorway.resourceServer, clientSecret: 'wrong' })
    const refused = await sendForm(doorway.introspectionEndpoint, { token }, wrong)
    expect({ status: refused.status, error: members(refused.body).error }).toEqual({
      status: 401,
      error: 'invalid_client',
    })
    expect(refused.headers['www-authenticate']).toMatch(/^Basic /)
    expect((await sendForm(doorway.introspectionEndpoint, { token })).status).toBe(400)
    expect((await send('GET', doorway.introspectionEndpoint)).status).toBe(405)
  })

  test('forgets a token that was revoked', async () => {
    const doorway = server.doorways[name]
    const token = await doorway.issue()
    await doorway.revoke(token)
    expect(await introspect(doorway, token)).toEqual({ active: false })
    await doorway.revoke(token)
    await doorway.revoke('unknown')
  })

  test('calls an expired token inactive', async () => {
    const doorway = server.doorways[name]
    expect(await introspect(doorway, await doorway.issue({ expiresIn: -1 }))).toEqual({ active: false })
  })
})

test.for(['portx', 'passport', 'aritma', 'basicForm'] as const)(
  '%s: a client introspects its own tokens, not those of others',
  async (name) => {
    const { introspectionEndpoint, issue, client, limitedClient } = server.doorways[name]
    const token = await issue()
    const ask = (own: TestCredentials) => sendForm(introspectionEndpoint, { token }, formBasic(own))
    expect(members((await ask(client)).body)).toMatchObject({ active: true })
    expect(members((await ask(limitedClient)).body)).toEqual({ active: false })
  },
)

describe.for(['portx', 'passport', 'aritma', 'basicForm'] as const)('revocation by RFC 7009: %s', (name) => {
  test('is for the own client', async () => {
    const { issue, revocationEndpoint, client, limitedClient, ...doorway } = server.doorways[name]
    const token = await issue()
    const other = await sendForm(revocationEndpoint, { token }, formBasic(limitedClient))
    expect({ status: other.status, error: members(other.body).error }).toEqual({
      status: 400,
      error: 'invalid_request',
    })
    expect(await introspect(server.doorways[name], token)).toMatchObject({ active: true })
    expect(await sendForm(revocationEndpoint, { token }, formBasic(client))).toMatchObject({ status: 200, body: '' })
    expect(await introspect(server.doorways[name], token)).toEqual({ active: false })
    expect(doorway.count('revoke')).toBe(2)
  })
})

describe.for(jwtNames)('key rotation: %s', (name) => {
  test('keeps the old key until told otherwise', async () => {
    const doorway = server.doorways[name]
    const old = await doorway.issue()
    await doorway.rotateKeys()
    const fresh = await doorway.issue()
    expect(doorway.jwks().keys).toHaveLength(2)
    const [oldKid, freshKid] = [(await verified(doorway, old)).header.kid, (await verified(doorway, fresh)).header.kid]
    expect(freshKid).not.toBe(oldKid)
    expect(doorway.jwks().keys[0]?.kid).toBe(freshKid)

    await doorway.rotateKeys({ keep: false })
    expect(doorway.jwks().keys).toHaveLength(1)
    await expect(verified(doorway, fresh)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  test('leaves what was issued as it was', async () => {
    const doorway = server.doorways[name]
    const [kept, revoked] = [await doorway.issue({ scope: 'a' }), await doorway.issue({ scope: 'b' })]
    await doorway.revoke(revoked)
    await doorway.rotateKeys({ keep: false })
    expect(await introspect(doorway, kept)).toMatchObject({ active: true })
    expect(await introspect(doorway, revoked)).toEqual({ active: false })
  })
})
