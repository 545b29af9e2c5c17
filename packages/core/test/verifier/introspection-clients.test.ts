import { generateKeyPair, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { clientSecretJwt, privateKeyJwt } from '../../src/oauth/client-assertion.js'
import { clientSecretBasic, clientSecretPost, none } from '../../src/oauth/client-authentication.js'
import { slack } from '../../src/profiles/index.js'
import { introspect } from '../../src/verifier/introspect.js'
import type { IntrospectOptions } from '../../src/verifier/introspect-options.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { json, startServer } from './support/http.js'
import { type Received, recording } from './support/recording.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, clockAt, epoch, issuer } from './support/tokens.js'

const opaque = 'an-opaque-token'
const secret = 'planted-secret-of-thirty-two-bytes'
const { publicKey, privateKey } = await generateKeyPair('ES256')

async function ask(options: Partial<IntrospectOptions>): Promise<{ received: Received; origin: string }> {
  const received: Received[] = []
  await using server = await startServer(recording(received, json({ active: true, aud: audience, exp: epoch + 60 })))
  const introspection = introspect({ endpoint: server.origin, clientId: 'api', ...options })
  const verifier = createVerifier({ issuer, audience, introspection, now: clockAt() })
  expect(await verdictOf(verifier.verify(opaque))).toBe('accepted')
  const [first] = received
  if (first === undefined || received.length > 1) throw new Error('expected one request')
  return { received: first, origin: server.origin }
}

describe('an API authenticates at the introspection endpoint', () => {
  test.for<readonly [string, Partial<IntrospectOptions>, string | undefined, Readonly<Record<string, string>>]>([
    ['client_secret_basic', { clientSecret: secret }, `Basic ${btoa(`api:${secret}`)}`, {}],
    ['clientSecretBasic', { clientAuth: clientSecretBasic(secret) }, `Basic ${btoa(`api:${secret}`)}`, {}],
    [
      'client_secret_post',
      { clientAuth: clientSecretPost(secret) },
      undefined,
      { client_id: 'api', client_secret: secret },
    ],
    ['none', { clientAuth: none() }, undefined, { client_id: 'api' }],
    ['an access token', { clientId: undefined, accessToken: async () => 'my-own-token' }, 'Bearer my-own-token', {}],
  ])('by %s', async ([, options, authorization, parameters]) => {
    const { received } = await ask(options)
    expect(received.headers.authorization).toBe(authorization)
    expect(Object.fromEntries(new URLSearchParams(received.body))).toEqual({
      token: opaque,
      token_type_hint: 'access_token',
      ...parameters,
    })
  })

  test.for<readonly [string, Partial<IntrospectOptions>, CryptoKey | Uint8Array]>([
    ['client_secret_jwt', { clientAuth: clientSecretJwt(secret) }, new TextEncoder().encode(secret)],
    ['private_key_jwt', { clientAuth: privateKeyJwt(privateKey) }, publicKey],
  ])('by %s, addressed to the endpoint', async ([, options, key]) => {
    const { received, origin } = await ask(options)
    const assertion = new URLSearchParams(received.body).get('client_assertion') ?? ''
    const expected = { issuer: 'api', subject: 'api', audience: `${origin}/`, currentDate: new Date(epoch * 1000) }
    await expect(jwtVerify(assertion, key, expected)).resolves.toBeDefined()
    expect(received.body).not.toContain(secret)
  })

  test('whose access token cannot be had answers 503, and nobody is asked', async () => {
    await using server = await startServer(json({ active: true }))
    const accessToken = () => Promise.reject(new Error(secret))
    const introspection = introspect({ endpoint: server.origin, accessToken })
    const refusal = await refusalOf(createVerifier({ issuer, audience, introspection }).verify(opaque))
    expect(refusal.code).toBe('temporarily_unavailable')
    expect(refusal.reason).not.toContain(secret)
    expect(server.paths).toEqual([])
  })

  test('not by nothing, unless the token is presented itself', () => {
    const introspection = introspect({ dangerouslyAllowMissingAudience: true })
    expect(() => createVerifier({ issuer, audience, introspection })).toThrow(/needs a clientId/)
    expect(() => createVerifier({ profile: slack(), audience, introspection })).not.toThrow()
  })

  test.for<readonly [string, object, RegExp]>([
    ['two ways', { clientAuth: none(), accessToken: () => 'x' }, /instead/],
    ['a token that is no function', { accessToken: 'x' }, /^accessToken is a function/],
    ['a tokenId that is no function', { tokenId: 'x' }, /^tokenId is a function/],
    ['a cache without bytes', { clientSecret: 'x', cache: { maxBytes: 0 } }, /^cache\.maxBytes/],
    ['a cache misspelt', { clientSecret: 'x', cache: { maxage: 5 } }, /^cache has no option 'maxage'/],
  ])('not by %s', ([, options, message]) => {
    expect(() => introspect({ clientId: 'api', ...options })).toThrow(message)
  })
})
