import { inspect } from 'node:util'
import { startAuthorizationServer } from '@auth/testing'
import { type CryptoKey, exportJWK, exportPKCS8, generateKeyPair, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { createTokenClient } from '../../src/client/token-client.js'
import { clientSecretJwt, privateKeyJwt } from '../../src/oauth/client-assertion.js'
import {
  type BasicEncoding,
  type ClientAuthContext,
  clientSecretBasic,
  clientSecretPost,
  none,
} from '../../src/oauth/client-authentication.js'
import type { AssertionAlgorithm, PrivateKey } from '../../src/oauth/signing-key.js'
import { aritma } from '../../src/profiles/index.js'

const context: ClientAuthContext = {
  clientId: 'client',
  endpoint: new URL('https://as.example.com/token'),
  basicEncoding: 'form',
  now: Date.now,
}

describe('clientSecretBasic', () => {
  test.for<readonly [encoding: BasicEncoding, id: string, secret: string, pair: string]>([
    ['form', 'client', 'secret', 'client:secret'],
    ['form', 'weird:id/+%~ ü', 'a:b c', 'weird%3Aid%2F%2B%25%7E+%C3%BC:a%3Ab+c'],
    ['form', 'a-b_c.d*', 'x', 'a-b_c.d*:x'],
    ['strict', 'a-b_c.d*', '-', 'a%2Db%5Fc%2Ed*:%2D'],
    ['raw', 'app@customer é', 'p:w+d', 'app@customer é:p:w+d'],
  ])('F-1: %s encodes %s', async ([encoding, clientId, secret, pair]) => {
    const { headers, parameters } = await clientSecretBasic(secret).authenticate({
      ...context,
      clientId,
      basicEncoding: encoding,
    })
    expect(headers).toEqual({ authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` })
    expect(parameters).toEqual({})
  })

  test('its own encoding wins over the profile', async () => {
    const own = clientSecretBasic('a-b', { encoding: 'strict' })
    const { headers } = await own.authenticate(context)
    expect(Buffer.from(String(headers.authorization).slice(6), 'base64').toString()).toBe('client:a%2Db')
  })
})

test('clientSecretPost asks a function each time', async () => {
  const secrets = ['one', 'two']
  const auth = clientSecretPost(async () => secrets.shift() ?? '')
  expect((await auth.authenticate(context)).parameters).toEqual({ client_id: 'client', client_secret: 'one' })
  expect((await auth.authenticate(context)).parameters).toEqual({ client_id: 'client', client_secret: 'two' })
})

test('a secret that was refused is not tried again because another request asks for it meanwhile', async () => {
  const auth = clientSecretPost(async () => 'refused')
  const parts = await auth.authenticate(context)
  const again = auth.next?.(parts)
  await auth.authenticate(context)
  expect(await again).toBe(false)
})

test('none says who the client is and nothing more', async () => {
  expect(await none().authenticate(context)).toEqual({ headers: {}, parameters: { client_id: 'client' } })
  expect(await none().authenticate({ ...context, clientId: '' })).toEqual({ headers: {}, parameters: {} })
})

describe('privateKeyJwt', () => {
  const forms: readonly (readonly [string, AssertionAlgorithm, (key: CryptoKey) => Promise<PrivateKey>, boolean])[] = [
    ['a CryptoKey', 'ES256', async (key) => key, true],
    ['a CryptoKey', 'RS256', async (key) => key, true],
    ['a CryptoKey', 'PS384', async (key) => key, true],
    ['a CryptoKey', 'EdDSA', async (key) => key, true],
    ['a JWK', 'ES384', async (key) => ({ ...(await exportJWK(key)) }), true],
    [
      'a JWK that names its algorithm',
      'RS512',
      async (key) => ({ ...(await exportJWK(key)), alg: 'RS512', kid: 'k1' }),
      true,
    ],
    ['PEM', 'ES256', async (key) => await exportPKCS8(key), false],
  ]

  test.for(forms)('%s: %s', async ([, alg, form, implied]) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    const key = await form(privateKey)
    const auth = privateKeyJwt(key, implied ? {} : { alg, kid: 'k1' })
    const first = await auth.authenticate(context)
    const second = await auth.authenticate(context)
    const verify = (jwt: unknown) =>
      jwtVerify(String(jwt), publicKey, {
        issuer: 'client',
        subject: 'client',
        audience: context.endpoint.href,
        algorithms: [alg],
      })
    const { payload, protectedHeader } = await verify(first.parameters.client_assertion)
    expect(first.parameters.client_assertion_type).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    expect(Number(payload.exp) - Number(payload.iat)).toBe(60)
    expect(protectedHeader.kid).toBe(typeof key === 'string' || 'kid' in key ? 'k1' : undefined)
    expect((await verify(second.parameters.client_assertion)).payload.jti).not.toBe(payload.jti)
  })

  test('is accepted by a server, and its audience can be set', async () => {
    await using server = await startAuthorizationServer({ profiles: ['aritma'] })
    const { base, issuer, assertionClient } = server.doorways.aritma
    const { clientId, privateKey, kid } = assertionClient
    const clientAuth = privateKeyJwt(privateKey, { kid, audience: issuer })
    const client = createTokenClient({ profile: aritma({ base }), clientId, clientAuth })
    expect((await client.getToken()).tokenType).toBe('Bearer')
  })

  test('its assertions follow the clock that was passed in', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const { parameters } = await privateKeyJwt(privateKey).authenticate({ ...context, now: () => 1_800_000_000_500 })
    const [, payload = ''] = String(parameters.client_assertion).split('.')
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      iat: 1_800_000_000,
      exp: 1_800_000_060,
    })
  })

  test('refuses what cannot sign', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const unusable: readonly PrivateKey[] = [publicKey, { ...(await exportJWK(publicKey)) }, 'not PEM', {}]
    for (const key of unusable) expect(() => privateKeyJwt(key, { alg: 'ES256' })).toThrow(/needs a private key/)
    expect(() => privateKeyJwt('-----BEGIN PRIVATE KEY-----')).toThrow(/needs alg, one of RS256/)
    expect(() => privateKeyJwt(privateKey, { alg: 'HS256' as never })).toThrow(/needs alg, one of RS256/)
  })

  test('prints nothing of the key', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(privateKey)
    expect(inspect(privateKeyJwt({ ...jwk }), { depth: 10, showHidden: true })).not.toContain(jwk.d)
  })
})

describe('clientSecretJwt', () => {
  const secret = 'planted-secret-of-32-bytes-or-more'

  test('signs with the secret and does not send it', async () => {
    const { parameters } = await clientSecretJwt(secret).authenticate(context)
    expect(JSON.stringify(parameters)).not.toContain(secret)
    const key = new TextEncoder().encode(secret)
    const { payload } = await jwtVerify(String(parameters.client_assertion), key, { algorithms: ['HS256'] })
    expect(payload).toMatchObject({ iss: 'client', sub: 'client', aud: context.endpoint.href, jti: expect.any(String) })
  })

  test.for(['', 'short'])("refuses '%s'", (short) => {
    expect(() => clientSecretJwt(short)).toThrow(/at least 32 bytes/)
  })
})
