import { deflateRawSync } from 'node:zlib'
import { CompactEncrypt, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { assemble, hmacSigned, publicForms } from './support/keys.js'
import { verdictOf } from './support/refused.js'
import { audience, base64url, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const rsa = await createSigner('RS256', 'rsa1')
const rsaWithoutAlg = await createSigner('RS256', 'rsa-any', { alg: undefined })
const ec = await createSigner('ES256', 'ec1')
const ec384 = await createSigner('ES384', 'ec384')
const ed = await createSigner('EdDSA', 'ed1')
const attacker = await createSigner('RS256', 'rsa1')
const secrets = await publicForms(rsa.jwk)
const published = [rsa, rsaWithoutAlg, ec, ec384, ed].map(({ jwk }) => jwk)
const claims = claimsWith()

function verify(token: unknown, options: Partial<VerifierOptions> = {}): Promise<string> {
  const verifier = createVerifier({
    issuer,
    audience,
    jwks: { keys: published },
    clockTolerance: 0,
    now: clockAt(),
    ...options,
  })
  return verdictOf(verifier.verify(token as string))
}

/** The good token with one segment replaced. */
async function spoilt(change: (parts: [string, string, string]) => readonly string[]): Promise<string> {
  const [header = '', payload = '', signature = ''] = (await rsa.sign()).split('.')
  return change([header, payload, signature]).join('.')
}

/** A genuine signature over a header and a payload of any bytes. */
async function signedRaw(header: string | Uint8Array, payload: string | Uint8Array): Promise<string> {
  const key = await crypto.subtle.importKey(
    'jwk',
    rsa.privateJwk as JsonWebKey,
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const signed = `${base64url(header)}.${base64url(payload)}`
  return `${signed}.${base64url(new Uint8Array(await crypto.subtle.sign(key.algorithm, key, Buffer.from(signed))))}`
}

const head = { alg: 'RS256', kid: 'rsa1' }
const headText = JSON.stringify(head)

describe('controls', () => {
  test.for([
    ['OK-01 RS256', rsa],
    ['OK-02 ES256', ec],
    ['OK-05 EdDSA', ed],
    ['OK-11 JWK without alg', rsaWithoutAlg],
    ['ES384', ec384],
  ] as const)('%s is accepted', async ([, signer]) => {
    expect(await verify(await signer.sign())).toBe('accepted')
  })

  test('OK-05 EdDSA and Ed25519 are one algorithm', async () => {
    expect(await verify(await ed.sign(claims, { alg: 'Ed25519' }), { algorithms: ['EdDSA'] })).toBe('accepted')
    expect(await verify(await ed.sign(), { algorithms: ['Ed25519'] })).toBe('accepted')
  })

  test('OK-06 PS256 is accepted with a key that does not name RS256', async () => {
    const pss = await createSigner('PS256', 'pss')
    expect(await verify(await pss.sign(), { jwks: { keys: [pss.jwk] } })).toBe('accepted')
  })

  test('OK-09 keys of unknown kinds beside ours do not matter', async () => {
    const strange: readonly unknown[] = [
      null,
      7,
      'key',
      [],
      {},
      { kty: 'XYZ', kid: 'rsa1' },
      { kty: 'EC', crv: 'P-999', x: 'AA', y: 'AA', kid: 'rsa1' },
      { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AA' },
      { ...rsa.jwk, alg: 'RSA-OAEP' },
    ]
    const keys = [...strange, ...published] as JWK[]
    expect(await verify(await rsa.sign(), { jwks: { keys } })).toBe('accepted')
  })

  test('OK-10 unicode claims are accepted', async () => {
    expect(await verify(await rsa.sign(claimsWith({ name: 'Zoë 🦊 \u2028', ключ: 'değer' })))).toBe('accepted')
  })

  test('the good token that the refused ones below were made of is accepted', async () => {
    expect(await verify(await spoilt((parts) => parts))).toBe('accepted')
    expect(await verify(await signedRaw(headText, JSON.stringify(claims)))).toBe('accepted')
  })
})

describe('alg', () => {
  test.for([
    ['B-none-2', 'NONE'],
    ['B-none-3', 'nOnE'],
    ['B-none-4', ' none'],
    ['B-none-6', 'none\u0000'],
    ['B-none-8', 'null'],
    ['none', 'none'],
    ['B-none-11 missing', undefined],
    ['B-alg-2', true],
    ['B-alg-4', { toString: 'RS256' }],
    ['B-alg-6', 'RS256 '],
    ['B-alg-7', 'RS256\n'],
    ['B-alg-9', '__proto__'],
    ['B-alg-11', 'toString'],
    ['lower case', 'rs256'],
    ['list', ['RS256']],
  ] as const)('%s is refused without and with a genuine signature', async ([, alg]) => {
    const header = { ...head, alg }
    expect(await verify(assemble(header, claims))).toBe('invalid_token')
    expect(await verify(await signedRaw(JSON.stringify(header), JSON.stringify(claims)))).toBe('invalid_token')
  })

  test('B-none-9 none with the signature of RS256 is refused', async () => {
    expect(
      await verify(await spoilt(([, payload, signature]) => [base64url({ alg: 'none' }), payload, signature])),
    ).toBe('invalid_token')
  })

  test('B-none-10 none in two segments is refused', async () => {
    expect(await verify(`${base64url({ alg: 'none' })}.${base64url(claims)}`)).toBe('invalid_token')
  })

  test.for(secrets)('%s as secret of an HMAC is refused', async ([, secret]) => {
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      expect(await verify(hmacSigned({ ...head, alg }, claims, secret))).toBe('invalid_token')
      // B-conf-nokid: one key in the set, which says nothing about its algorithm.
      const only = { keys: [{ kty: 'RSA', n: rsa.jwk.n, e: rsa.jwk.e }] }
      expect(await verify(hmacSigned({ alg }, claims, secret), { jwks: only })).toBe('invalid_token')
    }
  })

  test('B-conf-oct a symmetric key in the set is no key', async () => {
    const secret = Buffer.alloc(32, 7)
    const keys = [{ kty: 'oct', k: secret.toString('base64url'), kid: 'oct1', alg: 'HS256' }, ec.jwk]
    const token = hmacSigned({ kid: 'oct1', alg: 'HS256' }, claims, secret)
    expect(await verify(token, { jwks: { keys } })).toBe('invalid_token')
  })

  test('outside the allow-list is refused though the key fits', async () => {
    expect(await verify(await ec.sign(), { algorithms: ['RS256'] })).toBe('invalid_token')
  })

  test('B-fam-1 PS256 by a key for RS256 is refused', async () => {
    const pss = await createSigner('PS256', 'rsa1')
    const keys = [{ ...pss.jwk, alg: 'RS256' }]
    expect(await verify(await pss.sign(), { jwks: { keys } })).toBe('invalid_token')
  })

  test.for([
    ['B-fam-4 ES256 with a P-384 key', 'ES256', 'ec384'],
    ['B-fam-8 EdDSA with the RSA key', 'EdDSA', 'rsa1'],
    ['RS256 with the EC key', 'RS256', 'ec1'],
  ] as const)('%s is refused', async ([, alg, kid]) => {
    expect(await verify(assemble({ alg, kid }, claims, new Uint8Array(64).fill(1)))).toBe('invalid_token')
  })
})

describe('a signature', () => {
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')

  test.for([
    ['B-null-1 empty', new Uint8Array(0)],
    ['B-psy-1 r = s = 0', new Uint8Array(64)],
    ['B-psy-3 r = s = n', Buffer.concat([order, order])],
    ['r = 0, s = 1', Buffer.concat([Buffer.alloc(63), Buffer.of(1)])],
    ['too short', new Uint8Array(63).fill(1)],
    ['DER', Buffer.from('3006020101020101', 'hex')],
  ] as const)('of ES256, %s, is refused', async ([, signature]) => {
    expect(await verify(assemble({ alg: 'ES256', kid: 'ec1' }, claims, signature))).toBe('invalid_token')
  })

  test('B-null-1 of RS256, empty, is refused', async () => {
    expect(await verify(assemble(head, claims))).toBe('invalid_token')
  })

  test.for([
    ['B-str-20 truncated', (text: string) => text.slice(0, -4)],
    ['B-str-21 three bytes more', (text: string) => `${text}AAAA`],
    ['all zero', (text: string) => 'A'.repeat(text.length)],
  ] as const)('%s is refused', async ([, change]) => {
    expect(await verify(await spoilt(([header, payload, signature]) => [header, payload, change(signature)]))).toBe(
      'invalid_token',
    )
  })

  test('does not cover another payload or header (B-str-24)', async () => {
    const evil = base64url(claimsWith({ scope: 'admin' }))
    expect(await verify(await spoilt(([header, , signature]) => [header, evil, signature]))).toBe('invalid_token')
    const other = base64url({ ...head, typ: 'JWT' })
    expect(await verify(await spoilt(([, payload, signature]) => [other, payload, signature]))).toBe('invalid_token')
  })
})

describe('keys that a header brings along', () => {
  test.for([
    ['B-hdr-1 jwk', { jwk: attacker.jwk }],
    ['B-hdr-2 jwk without kid', { jwk: attacker.jwk, kid: undefined }],
    ['B-hdr-3 jwk with the kid of the real key', { jwk: { ...attacker.jwk, kid: 'rsa1' } }],
    ['B-hdr-7 oct jwk', { jwk: { kty: 'oct', k: 'AAAA' } }],
    ['jku', { jku: 'http://127.0.0.1:1/jwks' }],
    ['x5u', { x5u: 'http://127.0.0.1:1/cert' }],
    ['x5c', { x5c: ['AAAA'] }],
  ] as const)('%s are not looked at', async ([, header]) => {
    expect(await verify(await attacker.sign(claims, header))).toBe('invalid_token')
  })
})

describe('kid', () => {
  test.for([
    ['B-kid-0', '../../../../dev/null'],
    ['B-kid-1', '/dev/null'],
    ['B-kid-2', "x' UNION SELECT 'aaa'-- -"],
    ['B-kid-3', '$(id)'],
    ['B-kid-4', 'rsa1\u0000'],
    ['B-kid-5', ' rsa1'],
    ['B-kid-6', 'RSA1'],
    ['B-kid-7', ''],
    ['B-kid-10', 'toString'],
    ['B-kid-11', 'hasOwnProperty'],
    ['B-kid-12', 'x'.repeat(4000)],
    ['__proto__', '__proto__'],
  ] as const)('%s, signed by an attacker, is refused', async ([, kid]) => {
    expect(await verify(await attacker.sign(claims, { kid }))).toBe('invalid_token')
    expect(await verify(await rsa.sign(claims, { kid }))).toBe('invalid_token')
  })

  test.for([null, true, 1, ['rsa1'], {}])('B-kidt of a wrong type, %j, is refused', async (kid) => {
    expect(await verify(await signedRaw(JSON.stringify({ ...head, kid }), JSON.stringify(claims)))).toBe(
      'invalid_token',
    )
  })

  test('B-kid-none-1 may be missing', async () => {
    const token = await rsa.sign(claims, { kid: undefined })
    expect(await verify(token, { jwks: { keys: [rsa.jwk] } })).toBe('accepted')
    // B-kid-none-2: the few keys that fit are tried.
    expect(await verify(token, { jwks: { keys: [attacker.jwk, ec.jwk, rsa.jwk] } })).toBe('accepted')
    expect(await verify(token, { jwks: { keys: [attacker.jwk, ec.jwk] } })).toBe('invalid_token')
  })

  test('that is missing makes nobody try a hundred keys', async () => {
    const others = await Promise.all(Array.from({ length: 9 }, (_, i) => createSigner('ES256', `other-${i}`)))
    const token = await ec.sign(claims, { kid: undefined })
    const keys = [...others.map(({ jwk }) => jwk), ec.jwk]
    expect(await verify(token, { jwks: { keys } })).toBe('invalid_token')
  })

  test('B-kid-dup-2 and B-kid-dup-3 may be shared by keys', async () => {
    expect(await verify(await rsa.sign(), { jwks: { keys: [attacker.jwk, rsa.jwk] } })).toBe('accepted')
    const sameKid = { ...ec.jwk, kid: 'rsa1' }
    expect(await verify(await rsa.sign(), { jwks: { keys: [sameKid, rsa.jwk] } })).toBe('accepted')
    expect(await verify(await ec.sign(claims, { kid: 'rsa1' }), { jwks: { keys: [sameKid, rsa.jwk] } })).toBe(
      'accepted',
    )
  })
})

describe('header members', () => {
  test.for([
    ['B-crit-1 unknown extension', { crit: ['x'], x: 1 }],
    ['B-crit-3 absent member', { crit: ['exp'] }],
    ['B-crit-7 null', { crit: null }],
    ['B-crit-8 twice', { crit: ['x', 'x'], x: 1 }],
    ['B-crit-9 prototype names', { crit: ['__proto__', 'toString'] }],
    ['crit empty', { crit: [] }],
    ['B-b64-2 b64', { b64: false }],
    ['B-b64-1 b64 and crit', { b64: false, crit: ['b64'] }],
    ['B-zip-1 zip', { zip: 'DEF' }],
    ['B-cty-1 cty JWT', { cty: 'JWT' }],
    ['cty jwt', { cty: 'application/jwt' }],
    ['B-typ-5 dpop+jwt', { typ: 'dpop+jwt' }],
    ['B-typ-7 token-introspection+jwt', { typ: 'token-introspection+jwt' }],
    ['logout+jwt', { typ: 'logout+jwt' }],
    ['B-typ-8 typ 123', { typ: 123 }],
    ['B-typ-9 typ list', { typ: ['at+jwt'] }],
    ['typ null', { typ: null }],
  ] as const)('%s is refused', async ([, members]) => {
    const header = JSON.stringify({ ...head, ...members })
    expect(await verify(await signedRaw(header, JSON.stringify(claims)))).toBe('invalid_token')
  })

  test.for([undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT'])(
    'typ %s is accepted by default',
    async (typ) => {
      expect(await verify(await rsa.sign(claims, { typ }))).toBe('accepted')
    },
  )

  test.for([
    ['B-typ-1 JWT', 'JWT', 'invalid_token'],
    ['none', undefined, 'invalid_token'],
    ['B-typ-3 application/at+jwt', 'application/at+jwt', 'accepted'],
    ['B-typ-4 AT+JWT', 'AT+JWT', 'accepted'],
  ] as const)('where at+jwt is required, %s is %s', async ([, typ, verdict]) => {
    expect(await verify(await rsa.sign(claims, { typ }), { typ: ['at+jwt'] })).toBe(verdict)
  })

  test('B-zip-2 nothing is inflated', async () => {
    const bomb = deflateRawSync(Buffer.alloc(5_000_000, ' '))
    expect(await verify(await signedRaw(JSON.stringify({ ...head, zip: 'DEF' }), bomb))).toBe('invalid_token')
  })
})

describe('compact serialisation', () => {
  test.for([
    ['B-str-1', ''],
    ['B-str-2', '.'],
    ['two dots', '..'],
    ['B-str-28 a million dots', '.'.repeat(1_000_000)],
    ['B-str-29 5 MB without a dot', 'a'.repeat(5_000_000)],
    ['16 000 dots', '.'.repeat(16_000)],
    ['lone surrogate', '\ud800'],
  ] as const)('%s is refused', async ([, token]) => {
    expect(await verify(token)).toBe('invalid_token')
  })

  test.for([
    ['B-str-4 two segments', ([h, p]: readonly string[]) => `${h}.${p}`],
    ['B-str-5 four, the last empty', (parts: readonly string[]) => `${parts.join('.')}.`],
    ['B-str-6 four', (parts: readonly string[]) => `${parts.join('.')}.AAAA`],
    ['B-str-7 five', (parts: readonly string[]) => `${parts.join('.')}.AAAA.AAAA`],
    ['B-str-8 leading space', (parts: readonly string[]) => ` ${parts.join('.')}`],
    ['B-str-9 trailing space', (parts: readonly string[]) => `${parts.join('.')} `],
    ['B-str-10 trailing newline', (parts: readonly string[]) => `${parts.join('.')}\n`],
    ['B-str-12 padded signature', (parts: readonly string[]) => `${parts.join('.')}==`],
    ['B-str-13 padded payload', ([h, p, s]: readonly string[]) => `${h}.${p}=.${s}`],
    ['B-str-14 padded header', ([h, p, s]: readonly string[]) => `${h}=.${p}.${s}`],
    ['B-str-17 newline inside', ([h, p, s = '']: readonly string[]) => `${h}.${p}.${s.slice(0, 9)}\n${s.slice(9)}`],
    ['base64 instead of base64url', ([h, p, s = '']: readonly string[]) => `${h}.${p}.${s.slice(0, -1)}+`],
    ['B-str-19 stray bits at the end', ([h, p, s = '']: readonly string[]) => `${h}.${p}.${s.slice(0, -1)}${stray(s)}`],
  ] as const)('%s is refused', async ([, change]) => {
    const token = await spoilt((parts) => [change(parts)])
    expect(await verify(token)).toBe('invalid_token')
  })

  /** 256 bytes end in a character of which two bits mean nothing. */
  function stray(signature: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    return alphabet[alphabet.indexOf(signature.at(-1) ?? '') + 1] ?? ''
  }

  test('B-str-32 JSON serialisation is refused', async () => {
    const [header, payload, signature] = (await rsa.sign()).split('.')
    expect(await verify(JSON.stringify({ protected: header, payload, signature }))).toBe('invalid_token')
  })

  test.for([undefined, null, 1, 1n, true, {}, [], new String('x'), Symbol('x'), () => 'x', { toString: () => 'x' }])(
    'B-nonstr %# is refused',
    async (token) => {
      expect(await verify(token)).toBe('invalid_token')
    },
  )

  test('B-jwe-1 and B-jwe-2 encrypted tokens are refused', async () => {
    const encrypt = (secret: Uint8Array, alg: string) =>
      new CompactEncrypt(Buffer.from(JSON.stringify(claims)))
        .setProtectedHeader({ alg, enc: 'A256GCM' })
        .encrypt(secret)
    expect(await verify(await encrypt(new Uint8Array(32), 'dir'))).toBe('invalid_token')
    expect(await verify(await encrypt(new Uint8Array(32), 'A256KW'))).toBe('invalid_token')
  })
})

describe('JSON of the header', () => {
  test.for<readonly [string, string | Uint8Array]>([
    ['B-json-1 alg twice', '{"alg":"RS256","kid":"rsa1","alg":"none"}'],
    ['B-json-2 alg twice, the good one last', '{"alg":"none","kid":"rsa1","alg":"RS256"}'],
    ['alg twice, once escaped', '{"alg":"RS256","kid":"rsa1","\\u0061lg":"RS256"}'],
    ['B-json-5 null', 'null'],
    ['B-json-6 number', '1'],
    ['list', '[{"alg":"RS256"}]'],
    ['string', '"RS256"'],
    ['empty', ''],
    ['B-json-7 trailing garbage', `${headText}x`],
    ['two objects', `${headText}${headText}`],
    ['B-json-8 comment', `/**/${headText}`],
    ['B-json-9 BOM', `\ufeff${headText}`],
    [
      'B-json-10 invalid UTF-8',
      Buffer.concat([Buffer.from('{"alg":"RS256","kid":"rsa1","x":"'), Buffer.of(0xff), Buffer.from('"}')]),
    ],
    [
      'overlong UTF-8',
      Buffer.concat([Buffer.from('{"alg":"RS256","kid":"rsa1","x":"'), Buffer.of(0xc0, 0x80), Buffer.from('"}')]),
    ],
    ['B-json-11 UTF-16', Buffer.from(headText, 'utf16le')],
    ['B-json-12 alg on __proto__', '{"__proto__":{"alg":"RS256"},"kid":"rsa1"}'],
    ['B-json-13 ALG', '{"ALG":"RS256","kid":"rsa1"}'],
  ])('%s is refused', async ([, header]) => {
    expect(await verify(await signedRaw(header, JSON.stringify(claims)))).toBe('invalid_token')
  })

  test('white space between its tokens is fine', async () => {
    expect(await verify(await signedRaw(` { "alg" : "RS256" ,\n\t"kid":"rsa1"} `, JSON.stringify(claims)))).toBe(
      'accepted',
    )
  })
})

describe('JSON of the payload', () => {
  const good = JSON.stringify(claims)
  const inner = good.slice(1, -1)

  test.for<readonly [string, string | Uint8Array]>([
    ['B-pl-1 no JSON', 'payload'],
    ['B-pl-3 null', 'null'],
    ['B-pl-4 string', '"x"'],
    ['list', `[${good}]`],
    ['B-pl-5 empty', ''],
    ['B-pl-8 UTF-16', Buffer.from(good, 'utf16le')],
    ['B-pl-9 UTF-32', Buffer.from([...good].flatMap((char) => [char.charCodeAt(0), 0, 0, 0]))],
    ['BOM', `\ufeff${good}`],
    ['B-pl-11 claims on __proto__ only', `{"__proto__":${good}}`],
    ['B-pl-13 iss twice, evil first', `{"iss":"https://evil.test",${inner}}`],
    ['B-pl-14 iss twice, evil last', `{${inner},"iss":"https://evil.test"}`],
    ['B-pl-15 exp twice', `{${inner},"exp":1}`],
    ['a member twice deep inside', `{${inner},"a":[{"b":{"c":1,"c":2}}]}`],
    ['nested deeper than 32', `{${inner},"a":${'['.repeat(40)}${']'.repeat(40)}}`],
    ['nested 4 000 deep', `{${inner},"a":${'['.repeat(4000)}${']'.repeat(4000)}}`],
  ])('%s is refused', async ([, payload]) => {
    expect(await verify(await signedRaw(headText, payload))).toBe('invalid_token')
  })

  test.for<readonly [string, string]>([
    ['the same name in two objects', `{${inner},"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1}]}`],
    ['a string that looks like members', `{${inner},"a":"{\\"exp\\":1,\\"exp\\":2}","b":["exp","exp"],"c":":"}`],
    ['nested 30 deep', `{${inner},"a":${'['.repeat(30)}${']'.repeat(30)}}`],
    ['B-pl-17 lone surrogate', `{${inner},"a":"\\ud834"}`],
    ['__proto__ as one more claim', `{${inner},"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}`],
  ])('%s is accepted', async ([, payload]) => {
    expect(await verify(await signedRaw(headText, payload))).toBe('accepted')
    expect(Reflect.get({}, 'admin')).toBeUndefined()
  })

  test('is what the token says, __proto__ included', async () => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: published }, now: clockAt(epoch) })
    const token = await verifier.verify(await signedRaw(headText, `{${inner},"__proto__":{"admin":true}}`))
    expect(Object.getPrototypeOf(token.claims)).toBe(Object.prototype)
    expect(Object.hasOwn(token.claims, '__proto__')).toBe(true)
  })
})
