import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createVerifier } from '../../../src/verifier/verifier.js'
import { json, startServer, text } from '../support/http.js'
import { assemble, hmacSigned, publicForms } from '../support/keys.js'
import { simulate } from '../support/load.js'
import { verdictOf } from '../support/refused.js'
import { audience, base64url, claimsWith, clockAt, createSigner, epoch, issuer } from '../support/tokens.js'

/** Hostile headers, keys and metadata, by the id of their case; those without one are more of the same class. */

const rsa = await createSigner('RS256', 'rsa1')
const ec = await createSigner('ES256', 'ec1')
const attacker = await createSigner('RS256', 'rsa1')
const claims = claimsWith()
const verifier = createVerifier({
  issuer,
  audience,
  jwks: { keys: [rsa.jwk, ec.jwk] },
  clockTolerance: 0,
  now: clockAt(),
})
const verify = (token: unknown) => verdictOf(Reflect.apply(verifier.verify, verifier, [token]))

const forms = await publicForms(rsa.jwk)

describe('confusion of a public key with a secret', () => {
  const cases = ['HS256', 'HS384', 'HS512'].flatMap((alg) =>
    forms.flatMap(([form, secret]) => ['rsa1', undefined].map((kid) => [alg, kid, form, secret] as const)),
  )
  test.for(cases)('B-conf-2, B-conf-3 %s, kid %s, %s', async ([alg, kid, , secret]) => {
    expect(await verify(hmacSigned({ alg, kid }, claims, secret))).toBe('invalid_token')
  })

  test.for(['', '\0', '\0\0\0\0', '\n'])('B-kid-empty-hs an HMAC by %j', async (secret) => {
    expect(await verify(hmacSigned({ alg: 'HS256', kid: '/dev/null' }, claims, secret))).toBe('invalid_token')
  })

  test('B-conf-oct2 a symmetric key in a set is no key, and HS256 cannot be allowed', async () => {
    const secret = 'x'.repeat(32)
    const jwks = { keys: [{ kty: 'oct', k: base64url(secret), kid: 'o', alg: 'HS256' }, rsa.jwk] }
    expect(() => createVerifier({ issuer, audience, jwks, algorithms: ['HS256', 'RS256'] })).toThrow(/^algorithms/)
    const byDefault = createVerifier({ issuer, audience, jwks, now: clockAt() })
    const token = hmacSigned({ alg: 'HS256', kid: 'o' }, claims, secret)
    expect(await verdictOf(byDefault.verify(token))).toBe('invalid_token')
  })
})

describe('kid', () => {
  test.for<readonly [string, unknown]>([
    ['B-kidt-0', null],
    ['B-kidt-2', true],
    ['B-kidt-3', ['rsa1']],
    ['a number', 1],
    ['an object', { toString: 'rsa1' }],
    ['far too long', 'x'.repeat(1025)],
  ])('%s on an otherwise good token is refused', async ([, kid]) => {
    expect(await verify(await rsa.sign(claims, { kid }))).toBe('invalid_token')
  })

  test.for([
    '../../../../dev/null',
    '/dev/null',
    "x' UNION SELECT 'aaa'-- -",
    '$(id)',
    '|id',
    'rsa1\0',
    ' rsa1',
    'rsa1 ',
    'RSA1',
    '',
    'toString',
    'hasOwnProperty',
    '__proto__',
    'constructor',
    'http://169.254.169.254/',
    'file:///dev/null',
    'ｒsa1',
    'rsa1\n',
    'x'.repeat(1000),
  ])('B-kid %j signed by somebody else is refused', async (kid) => {
    expect(await verify(await attacker.sign(claims, { kid }))).toBe('invalid_token')
  })
})

describe('keys that a header brings along are not looked at', () => {
  test.for<readonly [string, object]>([
    ['B-hdr-1', { jwk: attacker.jwk }],
    ['B-hdr-2', { jwk: attacker.jwk, kid: undefined }],
    ['B-hdr-3', { jwk: { ...attacker.jwk, kid: 'rsa1' } }],
    ['jku', { jku: 'https://evil.test/jwks' }],
    ['jku on loopback', { jku: 'http://127.0.0.1:1/jwks' }],
    ['x5u', { x5u: 'https://evil.test/cert' }],
    ['x5c', { x5c: ['AAAA'] }],
    ['x5t', { x5t: 'AAAA', 'x5t#S256': 'AAAA' }],
    ['iss in the header', { iss: issuer }],
  ])('%s', async ([, header]) => {
    expect(await verify(await attacker.sign(claims, { ...header }))).toBe('invalid_token')
  })

  test('and a good token may hold them', async () => {
    expect(await verify(await rsa.sign(claims, { jku: 'https://evil.test/jwks', x5c: ['AAAA'] }))).toBe('accepted')
  })

  test('B-hdr-7 a symmetric key in the header', async () => {
    const secret = 'x'.repeat(32)
    const token = assemble({ alg: 'HS256', jwk: { kty: 'oct', k: base64url(secret) } }, claims)
    const signed = token.slice(0, -1)
    const signature = createHmac('sha256', secret).update(signed).digest('base64url')
    expect(await verify(`${signed}.${signature}`)).toBe('invalid_token')
  })
})

test.for<readonly [string, unknown]>([
  ['B-nonstr-0', undefined],
  ['B-nonstr-1', null],
  ['B-nonstr-2', 1],
  ['B-nonstr-4', true],
  ['B-nonstr-6', {}],
  ['B-nonstr-7', []],
  ['B-nonstr-8', new String('x')],
  ['B-nonstr-9', Symbol('x')],
  ['B-nonstr-10', () => 'x'],
  ['bytes', new TextEncoder().encode('a.b.c')],
  ['a date', new Date(0)],
  ['a big number', 1n],
  ['a list of one', ['a.b.c']],
  ['a thing that pretends', { length: 5, split: () => ['a', 'b', 'c'], toString: () => 'a.b.c' }],
])('%s is refused as any token', async ([, token]) => {
  expect(await verify(token)).toBe('invalid_token')
})

describe('sets', () => {
  test.for<readonly [string, unknown, string]>([
    ['C-j_other', { keys: [rsa.jwk] }, 'invalid_token'],
    ['keys as text', { keys: '[]' }, 'temporarily_unavailable'],
    ['keys as a number', { keys: 0 }, 'temporarily_unavailable'],
    ['a key instead of a set', ec.jwk, 'temporarily_unavailable'],
    ['a set in a list', [{ keys: [ec.jwk] }], 'temporarily_unavailable'],
    ['Keys', { Keys: [ec.jwk] }, 'temporarily_unavailable'],
    ['a key in a list', { keys: [[ec.jwk]] }, 'invalid_token'],
    ['a key on a prototype', { keys: [{ __proto__: ec.jwk }] }, 'invalid_token'],
    ['key_ops as text', { keys: [{ ...ec.jwk, key_ops: 'verify' }] }, 'invalid_token'],
    ['use as a list', { keys: [{ ...ec.jwk, use: ['sig'] }] }, 'invalid_token'],
    ['alg as a list', { keys: [{ ...ec.jwk, alg: ['ES256'] }] }, 'invalid_token'],
    ['alg none', { keys: [{ ...ec.jwk, alg: 'none' }] }, 'invalid_token'],
    ['another curve', { keys: [{ ...ec.jwk, crv: 'P-384' }] }, 'invalid_token'],
    ['swapped coordinates', { keys: [{ ...ec.jwk, x: ec.jwk.y, y: ec.jwk.x }] }, 'invalid_token'],
    [
      'the point at infinity',
      { keys: [{ ...ec.jwk, x: base64url(new Uint8Array(32)), y: base64url(new Uint8Array(32)) }] },
      'invalid_token',
    ],
    ['padded coordinates', { keys: [{ ...ec.jwk, x: `${ec.jwk.x}=` }] }, 'any'],
    ['verify among key_ops', { keys: [{ ...ec.jwk, use: undefined, key_ops: ['verify', 'x'] }] }, 'accepted'],
    ['unknown members', { keys: [{ ...ec.jwk, x5c: [1], nbf: 'x', exp: {} }] }, 'accepted'],
  ])('%s', async ([, set, verdict]) => {
    await using t = await simulate(json(set))
    const seen = await verdictOf(t.verifier.verify(await ec.sign(claims)))
    if (verdict === 'any') expect(['accepted', 'invalid_token']).toContain(seen)
    else expect(seen).toBe(verdict)
  })

  test('C-j_other is at most one more fetch for each cooldown', async () => {
    await using t = await simulate(json({ keys: [rsa.jwk] }))
    const token = await ec.sign(claimsWith({ exp: epoch + 3600 }))
    for (let second = 0; second < 100; second++) {
      expect(await verdictOf(t.verifier.verify(token))).toBe('invalid_token')
      t.clock.advance(1)
    }
    expect(t.fetchedAt.length).toBeLessThanOrEqual(4)
  })

  test('C-j_weak a key of 1024 bits is no key, though the signature is good', async () => {
    const { publicKey, privateKey } = await crypto.subtle.generateKey(
      { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]) },
      true,
      ['sign', 'verify'],
    )
    const signed = assemble({ alg: 'RS256', kid: 'weak', typ: 'at+jwt' }, claims).slice(0, -1)
    const bytes = new TextEncoder().encode(signed)
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, bytes)
    expect(await crypto.subtle.verify('RSASSA-PKCS1-v1_5', publicKey, signature, bytes)).toBe(true)
    const { kty, n, e } = await crypto.subtle.exportKey('jwk', publicKey)
    await using t = await simulate(json({ keys: [{ kty, n, e, kid: 'weak' }, ec.jwk] }))
    const token = `${signed}.${base64url(new Uint8Array(signature))}`
    expect(await verdictOf(t.verifier.verify(token))).toBe('invalid_token')
  })

  test('C-j_5mb is not read', async () => {
    await using t = await simulate(text(`{"keys":[${JSON.stringify(ec.jwk)}],"x":"${'x'.repeat(5_000_000)}"}`))
    expect(await verdictOf(t.verifier.verify(await ec.sign(claims)))).toBe('temporarily_unavailable')
  })

  test('C-S3 a name that nobody configured is not even resolved', async () => {
    const asked: unknown[] = []
    const spying: typeof fetch = (input) => {
      asked.push(input)
      return Promise.reject(new Error('nothing may be asked'))
    }
    const lonely = createVerifier({ issuer, audience, jwks: { keys: [ec.jwk] }, now: clockAt(), fetch: spying })
    for (const iss of [
      'https://localtest.me',
      'https://127.0.0.1.nip.io',
      'http://[::1]',
      'https://0x7f000001',
      'http://127.1',
    ]) {
      expect(await verdictOf(lonely.verify(await ec.sign(claimsWith({ iss }))))).toBe('invalid_token')
    }
    expect(asked).toEqual([])
  })

  test('C-S6 nothing is left behind that keeps a process alive', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    await using t = await simulate(json({ keys: [ec.jwk] }, { 'cache-control': 'max-age=60' }))
    await t.verifier.verify(await ec.sign(claims))
    t.clock.advance(50)
    await t.verifier.verify(await ec.sign(claims))
    await t.settled()
    expect(timers()).toBeLessThanOrEqual(before)
  })
})

describe('metadata', () => {
  test.for<readonly [string, (origin: string) => object, string]>([
    ['M-m_issnum', () => ({ issuer: 7 }), 'temporarily_unavailable'],
    ['M-m_noissuer', () => ({ issuer: undefined }), 'temporarily_unavailable'],
    ['a list as issuer', (origin) => ({ issuer: [origin] }), 'temporarily_unavailable'],
    ['an issuer in capitals', (origin) => ({ issuer: origin.toUpperCase() }), 'temporarily_unavailable'],
    ['a template that is none', () => ({ issuer: '{tenantid}' }), 'temporarily_unavailable'],
    ['M-m_nojwks', () => ({ jwks_uri: undefined }), 'temporarily_unavailable'],
    ['jwks_uri as a list', (origin) => ({ jwks_uri: [`${origin}/keys`] }), 'temporarily_unavailable'],
    ['jwks_uri without a scheme', () => ({ jwks_uri: '/keys' }), 'temporarily_unavailable'],
    ['jwks_uri empty', () => ({ jwks_uri: '' }), 'temporarily_unavailable'],
    ['jwks_uri with a fragment', (origin) => ({ jwks_uri: `${origin}/keys#x` }), 'temporarily_unavailable'],
    ['jwks_uri at a private address', () => ({ jwks_uri: 'http://10.0.0.1/keys' }), 'temporarily_unavailable'],
    ['the keys inside', () => ({ jwks_uri: undefined, jwks: { keys: [ec.jwk] } }), 'temporarily_unavailable'],
    ['M-m_proto', () => JSON.parse('{"__proto__":{"jwks_uri":"https://evil.test"}}'), 'accepted'],
    ['M-m_algnone', () => ({ id_token_signing_alg_values_supported: ['none', 'HS256'] }), 'accepted'],
  ])('%s', async ([, change, verdict]) => {
    await using server = await startServer((request, response) => {
      const { origin } = server
      const metadata = { issuer: origin, jwks_uri: `${origin}/keys`, ...change(origin) }
      json(request.url === '/keys' ? { keys: [ec.jwk] } : metadata)(request, response)
    })
    const discovering = createVerifier({ issuer: server.origin, audience, now: clockAt() })
    expect(await verdictOf(discovering.verify(await ec.sign(claimsWith({ iss: server.origin }))))).toBe(verdict)
    const none = assemble({ alg: 'none', typ: 'at+jwt' }, claimsWith({ iss: server.origin }))
    expect(await verdictOf(discovering.verify(none))).toBe('invalid_token')
    expect(Reflect.get({}, 'jwks_uri')).toBeUndefined()
  })

  test('M-m_jwkscross keys at another origin are those the issuer names', async () => {
    await using keys = await startServer(json({ keys: [ec.jwk] }))
    await using server = await startServer((request, response) =>
      json({ issuer: server.origin, jwks_uri: `${keys.origin}/keys` })(request, response),
    )
    const discovering = createVerifier({ issuer: server.origin, audience, now: clockAt() })
    expect(await verdictOf(discovering.verify(await ec.sign(claimsWith({ iss: server.origin }))))).toBe('accepted')
  })

  test('RFC 8414 serves where OpenID Connect has nothing', async () => {
    await using server = await startServer((request, response) => {
      if (request.url === '/.well-known/openid-configuration/tenant') return text('', {}, 500)(request, response)
      if (request.url === '/.well-known/oauth-authorization-server/tenant') {
        return json({ issuer: `${server.origin}/tenant`, jwks_uri: `${server.origin}/keys` })(request, response)
      }
      return (request.url === '/keys' ? json({ keys: [ec.jwk] }) : text('', {}, 404))(request, response)
    })
    const tenant = `${server.origin}/tenant`
    const discovering = createVerifier({ issuer: tenant, audience, now: clockAt() })
    expect(await verdictOf(discovering.verify(await ec.sign(claimsWith({ iss: tenant }))))).toBe('accepted')
    expect(server.paths).toEqual([
      '/tenant/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/tenant',
      '/keys',
    ])
  })
})
