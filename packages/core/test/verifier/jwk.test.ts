import { describe, expect, test } from 'vitest'
import { readJwk } from '../../src/verifier/jwk.js'
import type { Jwk } from '../../src/verifier/jwk-set.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { assemble } from './support/keys.js'
import { verdictOf } from './support/refused.js'
import { audience, base64url, claimsWith, clockAt, createSigner, issuer } from './support/tokens.js'

const rsa = await createSigner('RS256', 'k')
const ec = await createSigner('ES256', 'k')
const ed = await createSigner('EdDSA', 'k')
const other = await createSigner('ES256', 'other')

/** Beside a key that can be used: a set without any is refused at once. */
async function verify(jwk: unknown, token: string): Promise<string> {
  const verifier = createVerifier({ issuer, audience, jwks: { keys: [jwk as Jwk, other.jwk] }, now: clockAt() })
  return verdictOf(verifier.verify(token))
}

/** A key pair of WebCrypto, for sizes and exponents that jose does not make. */
async function rsaPair(modulusLength: number, exponent: readonly number[]): Promise<{ jwk: object; token: string }> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const publicExponent = Uint8Array.from(exponent)
  const pair = await crypto.subtle.generateKey({ ...algorithm, modulusLength, publicExponent }, true, [
    'sign',
    'verify',
  ])
  const [header, payload] = assemble({ alg: 'RS256', kid: 'k' }, claimsWith()).split('.')
  const signature = await crypto.subtle.sign(algorithm, pair.privateKey, Buffer.from(`${header}.${payload}`))
  const { kty, n, e } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return { jwk: { kty, n, e, kid: 'k' }, token: `${header}.${payload}.${base64url(new Uint8Array(signature))}` }
}

describe('a key of the set', () => {
  test('is used as it is published', async () => {
    expect(await verify(rsa.jwk, await rsa.sign())).toBe('accepted')
  })

  test('C-jwk-1 of 1024 bits is not used', async () => {
    const { jwk, token } = await rsaPair(1024, [1, 0, 1])
    expect(await verify(jwk, token)).toBe('invalid_token')
  })

  test('OK-12 with e = 3 and 2048 bits is used', async () => {
    const { jwk, token } = await rsaPair(2048, [3])
    expect(await verify(jwk, token)).toBe('accepted')
  })

  test('C-jwk-8 with e = 1 is not used: there, a signature is the padded message', async () => {
    const modulus = Buffer.from(rsa.jwk.n ?? '', 'base64url')
    const [header, payload] = assemble({ alg: 'RS256', kid: 'k' }, claimsWith()).split('.')
    const digest = await crypto.subtle.digest('SHA-256', Buffer.from(`${header}.${payload}`))
    const info = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), Buffer.from(digest)])
    const padded = Buffer.concat([
      Buffer.of(0, 1),
      Buffer.alloc(modulus.length - info.length - 3, 0xff),
      Buffer.of(0),
      info,
    ])
    expect(await verify({ ...rsa.jwk, e: 'AQ' }, `${header}.${payload}.${base64url(padded)}`)).toBe('invalid_token')
  })

  test('C-jwk-5 is used without the private half that was published by mistake', async () => {
    expect(await verify(rsa.privateJwk, await rsa.sign())).toBe('accepted')
    expect(readJwk(rsa.privateJwk)?.fingerprint).not.toContain(rsa.privateJwk.d)
  })

  test.for<readonly [string, object]>([
    ['C-jwk-2 use=enc', { ...rsa.jwk, use: 'enc' }],
    ['use of a wrong type', { ...rsa.jwk, use: ['sig'] }],
    ['key_ops without verify', { ...rsa.jwk, key_ops: ['encrypt'] }],
    ['key_ops of a wrong type', { ...rsa.jwk, key_ops: 'verify' }],
    ['C-jwk-4 alg RSA-OAEP', { ...rsa.jwk, alg: 'RSA-OAEP' }],
    ['alg of a wrong type', { ...rsa.jwk, alg: 7 }],
    ['alg of another family', { ...rsa.jwk, alg: 'PS256' }],
    ['C-jwk-9 n missing', { ...rsa.jwk, n: undefined }],
    ['C-jwk-10 e missing', { ...rsa.jwk, e: undefined }],
    ['n not base64url', { ...rsa.jwk, n: `${rsa.jwk.n}=` }],
    ['e even', { ...rsa.jwk, e: 'AQAC' }],
    ['e zero', { ...rsa.jwk, e: 'AA' }],
    ['e endless', { ...rsa.jwk, e: base64url(new Uint8Array(256).fill(255)) }],
    ['n endless', { ...rsa.jwk, n: base64url(new Uint8Array(4096).fill(255)) }],
    [
      'n padded with zeros to look long',
      { ...rsa.jwk, n: base64url(Buffer.concat([Buffer.alloc(200), Buffer.alloc(56, 9)])) },
    ],
    ['kty of a wrong type', { ...rsa.jwk, kty: ['RSA'] }],
    ['kty missing', { ...rsa.jwk, kty: undefined }],
    ['kty __proto__', { ...rsa.jwk, kty: '__proto__' }],
    ['kid of a wrong type', { ...rsa.jwk, kid: 7 }],
  ])('%s is not used', async ([, jwk]) => {
    expect(readJwk(jwk)?.fits('RS256') ?? false).toBe(false)
    expect(await verify(jwk, await rsa.sign())).toBe('invalid_token')
  })

  test.for<readonly [string, object]>([
    ['C-jwk-11 a point off its curve', { ...ec.jwk, y: base64url(new Uint8Array(32).fill(1)) }],
    ['a point at nowhere', { ...ec.jwk, x: base64url(new Uint8Array(32)), y: base64url(new Uint8Array(32)) }],
    ['a short coordinate', { ...ec.jwk, x: 'AA' }],
    ['no y', { ...ec.jwk, y: undefined }],
    ['another curve', { ...ec.jwk, crv: 'P-384' }],
    ['no curve', { ...ec.jwk, crv: undefined }],
  ])('%s is not used', async ([, jwk]) => {
    expect(await verify(jwk, await ec.sign())).toBe('invalid_token')
  })
})

describe('an Ed25519 key', () => {
  const points = {
    zero: '00'.repeat(32),
    one: `01${'00'.repeat(31)}`,
    'minus one': `ec${'ff'.repeat(30)}7f`,
    'order 8': '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'order 8, other': 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'p for zero': `ed${'ff'.repeat(30)}7f`,
    'p + 1 for one': `ee${'ff'.repeat(30)}7f`,
    'the largest unreduced': `${'ff'.repeat(31)}7f`,
  }
  const withSign = Object.entries(points).flatMap(([name, hex]) => {
    const negative = Buffer.from(hex, 'hex')
    negative[31] = (negative[31] ?? 0) | 0x80
    return [[name, hex] as const, [`${name}, negative`, negative.toString('hex')] as const]
  })

  test.for(withSign)('C-jwk-13 of small order or unreduced (%s) is not used', async ([, hex]) => {
    const point = Buffer.from(hex, 'hex')
    const jwk = { kty: 'OKP', crv: 'Ed25519', kid: 'k', x: base64url(point) }
    expect(readJwk(jwk)).toBeUndefined()
    const forged = assemble({ alg: 'EdDSA', kid: 'k' }, claimsWith(), Buffer.concat([point, Buffer.alloc(32)]))
    expect(await verify(jwk, forged)).toBe('invalid_token')
  })

  test('of a real person is used', async () => {
    expect(await verify(ed.jwk, await ed.sign())).toBe('accepted')
  })

  test.for(['AA', '', base64url(new Uint8Array(33))])('%j is no point', (x) => {
    expect(readJwk({ ...ed.jwk, x })).toBeUndefined()
  })

  test('of another curve is not used', () => {
    expect(readJwk({ ...ed.jwk, crv: 'X25519' })).toBeUndefined()
    expect(readJwk({ ...ed.jwk, crv: 'Ed448' })).toBeUndefined()
  })
})

describe('two reads of one key', () => {
  test('have one fingerprint, other material another', async () => {
    expect(readJwk({ ...rsa.jwk })?.fingerprint).toBe(readJwk({ ...rsa.jwk, x5c: ['AA'] })?.fingerprint)
    const other = await createSigner('RS256', 'k')
    expect(readJwk(other.jwk)?.fingerprint).not.toBe(readJwk(rsa.jwk)?.fingerprint)
    expect(readJwk({ ...rsa.jwk, alg: undefined })?.fingerprint).not.toBe(readJwk(rsa.jwk)?.fingerprint)
  })

  test('have the same one whether or not they name the one alg they can be for, by either name', () => {
    const fingerprint = (jwk: object, alg?: string) => readJwk({ ...jwk, alg })?.fingerprint
    expect(fingerprint(ec.jwk)).toBe(fingerprint(ec.jwk, 'ES256'))
    expect(new Set([undefined, 'EdDSA', 'Ed25519'].map((alg) => fingerprint(ed.jwk, alg))).size).toBe(1)
  })
})
