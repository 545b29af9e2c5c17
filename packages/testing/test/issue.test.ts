import { decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthorizationServer, type IssueOptions, startAuthorizationServer } from '../src/index.js'
import { introspect, verified } from './support.js'

let server: AuthorizationServer

beforeAll(async () => {
  server = await startAuthorizationServer()
})

afterAll(() => server.close())

const now = (): number => Math.floor(Date.now() / 1000)

describe('without options', () => {
  test('a JWT is like one from the token endpoint', async () => {
    const { portx } = server.doorways
    const { header, claims } = await verified(portx, await portx.issue())
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: portx.jwks().keys[0]?.kid })
    expect(Object.keys(claims).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'aud',
      'client_id',
      'exp',
      'iat',
      'iss',
      'jti',
      'scope',
      'sub',
    ])
    expect(claims).toMatchObject({ sub: 'portx-client', scope: portx.client.scopes.join(' ') })
  })

  test('Aritma gets its own shape', async () => {
    const { aritma } = server.doorways
    const { header, claims } = await verified(aritma, await aritma.issue({ scope: 'a b' }))
    expect(header).toMatchObject({ typ: 'at+jwt', x5t: expect.any(String) })
    expect(Object.keys(claims)).toEqual(['nbf', 'exp', 'iss', 'aud', 'client_id', 'iat', 'scope'])
    expect(claims).toMatchObject({ aud: [server.audience, `${aritma.issuer}/resources`], scope: ['a', 'b'] })
  })

  test('an opaque token is like one from the token endpoint', async () => {
    const { portsip, passport } = server.doorways
    expect(await introspect(portsip, await portsip.issue())).toMatchObject({ active: true, sub: 'ada', role: 'admin' })
    const scope = passport.client.scopes.join(' ')
    const introspected = await introspect(passport, await passport.issue())
    expect(introspected).toMatchObject({ active: true, scope })
    expect(introspected).not.toHaveProperty('sub')
  })
})

describe('any claim can be bent', () => {
  const cases: readonly [what: string, options: IssueOptions, claims: Readonly<Record<string, unknown>>][] = [
    ['audience', { audience: 'https://other.example.test' }, { aud: 'https://other.example.test' }],
    ['audiences', { audience: ['a', 'b'] }, { aud: ['a', 'b'] }],
    ['issuer', { issuer: 'https://other.example.test' }, { iss: 'https://other.example.test' }],
    ['client', { clientId: 'portx-limited-client' }, { client_id: 'portx-limited-client', scope: 'accounts:read' }],
    ['subject', { subject: 'ben' }, { sub: 'ben' }],
    ['scope', { scope: 'anything goes' }, { scope: 'anything goes' }],
    ['role', { role: 'boss' }, { role: 'boss' }],
    ['another claim', { claims: { cnf: { jkt: 'x' } } }, { cnf: { jkt: 'x' } }],
  ]

  test.for(cases)('in a JWT: %s', async ([, options, claims]) => {
    const { portx } = server.doorways
    expect(decodeJwt(await portx.issue(options))).toMatchObject(claims)
  })

  test.for(cases)('at introspection: %s', async ([what, options, claims]) => {
    const { portsip } = server.doorways
    const expected = what === 'client' ? { client_id: 'portx-limited-client' } : claims
    expect(await introspect(portsip, await portsip.issue(options))).toMatchObject({ active: true, ...expected })
  })

  test.for(['portx', 'portsip'] as const)('and be left out: %s', async (name) => {
    const doorway = server.doorways[name]
    const token = await doorway.issue({ scope: '', claims: { aud: undefined, exp: undefined, sub: undefined } })
    const claims = name === 'portx' ? decodeJwt(token) : await introspect(doorway, token)
    for (const gone of ['aud', 'exp', 'sub', 'scope']) expect(claims).not.toHaveProperty(gone)
  })

  test('the role of a user comes along', async () => {
    const { portsip } = server.doorways
    const token = await portsip.issue({ subject: portsip.limitedUser.username })
    expect(await introspect(portsip, token)).toMatchObject({ sub: 'ben', role: 'user' })
  })
})

describe('times', () => {
  test('are relative to now, in seconds', async () => {
    const { portx } = server.doorways
    const before = now()
    const { iat = 0, exp = 0, nbf = 0 } = decodeJwt(await portx.issue({ expiresIn: 10, notBefore: 5 }))
    expect(iat).toBeGreaterThanOrEqual(before)
    expect(exp - iat).toBe(10)
    expect(nbf - iat).toBe(5)
  })

  test('in the past have an iat before them', async () => {
    const { portx } = server.doorways
    const { iat = 0, exp = 0 } = decodeJwt(await portx.issue({ expiresIn: -60 }))
    expect(exp).toBeLessThan(now())
    expect(exp - iat).toBe(3600)
  })

  test('follow the lifetime of the doorway', async () => {
    const { basicForm } = server.doorways
    basicForm.lifetime = 5
    const { iat = 0, exp = 0 } = decodeJwt(await basicForm.issue())
    basicForm.lifetime = basicForm.documentedLifetime
    expect(exp - iat).toBe(5)
  })
})

describe('the header and the signature', () => {
  test('can be bent, too', async () => {
    const { portx } = server.doorways
    const token = await portx.issue({ header: { typ: 'at+jwt', crit: undefined }, kid: 'unknown' })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: 'unknown' })
  })

  test('can be by a key that is not published', async () => {
    const { portx } = server.doorways
    const { privateKey } = await generateKeyPair('RS256')
    const token = await portx.issue({ key: privateKey })
    expect(decodeProtectedHeader(token).kid).toBe(portx.jwks().keys[0]?.kid)
    await expect(verified(portx, token)).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  })
})
