import { createHmac, createPublicKey } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { CompactEncrypt, exportSPKI, importJWK, type JWK } from 'jose'
import { type Attack, byToken, type Verdict } from './attack.js'
import type { Scene } from './scene.js'
import { assemble, encode, type Segment } from './signer.js'

type Members = Readonly<Record<string, unknown>>

/** Headers under a good signature, or one by the attacker. */
const headers: readonly (readonly [id: string, header: Members, by?: 'rsa' | 'attacker', verdict?: Verdict])[] = [
  ['B-none-2', { alg: 'NONE' }],
  ['B-none-3', { alg: 'nOnE' }],
  ['B-none-4', { alg: ' none' }],
  ['B-none-6', { alg: 'none\u0000' }],
  ['B-none-8', { alg: 'null' }],
  ['B-none-9', { alg: 'none' }],
  ['B-none-11', { alg: undefined }],
  ['B-alg-2', { alg: true }],
  ['B-alg-4', { alg: { toString: 'RS256' } }],
  ['B-alg-6', { alg: 'RS256 ' }],
  ['B-alg-7', { alg: 'RS256\n' }],
  ['B-alg-9', { alg: '__proto__' }],
  ['B-alg-11', { alg: 'toString' }],
  ['B-kid-0', { kid: '../../../../dev/null' }, 'attacker'],
  ['B-kid-1', { kid: '/dev/null' }, 'attacker'],
  ['B-kid-2', { kid: "x' UNION SELECT 'aaa'-- -" }, 'attacker'],
  ['B-kid-3', { kid: '$(id)' }, 'attacker'],
  ['B-kid-4', { kid: 'rsa1\u0000' }, 'attacker'],
  ['B-kid-5', { kid: ' rsa1' }, 'attacker'],
  ['B-kid-6', { kid: 'RSA1' }, 'attacker'],
  ['B-kid-7', { kid: '' }, 'attacker'],
  ['B-kid-10', { kid: 'toString' }, 'attacker'],
  ['B-kid-11', { kid: 'hasOwnProperty' }, 'attacker'],
  ['B-kid-12', { kid: 'x'.repeat(4000) }, 'attacker'],
  ['B-kidt-0', { kid: null }],
  ['B-kidt-2', { kid: true }],
  ['B-kidt-3', { kid: ['rsa1'] }],
  ['B-kid-none-1', { kid: undefined }, 'rsa', 'accepted'],
  ['B-crit-1', { crit: ['x'], x: 1 }],
  ['B-crit-3', { crit: ['exp'] }],
  ['B-crit-7', { crit: null }],
  ['B-crit-8', { crit: ['x', 'x'], x: 1 }],
  ['B-crit-9', { crit: ['__proto__', 'toString'] }],
  ['B-b64-2', { b64: false, crit: ['b64'] }],
  ['B-zip-1', { zip: 'DEF' }],
  ['B-cty-1', { cty: 'JWT' }],
  ['B-typ-3', { typ: 'application/at+jwt' }, 'rsa', 'accepted'],
  ['B-typ-4', { typ: 'AT+JWT' }, 'rsa', 'accepted'],
  ['B-typ-5', { typ: 'dpop+jwt' }],
  ['B-typ-7', { typ: 'token-introspection+jwt' }],
  ['B-typ-8', { typ: 123 }],
  ['B-typ-9', { typ: ['at+jwt'] }],
  ['OK-01', {}, 'rsa', 'accepted'],
]

const headText = '{"alg":"RS256","kid":"rsa1"}'

/** Text and bytes in place of the header, under a good signature. */
const headerTexts: readonly (readonly [id: string, header: string | Uint8Array])[] = [
  ['B-json-1', '{"alg":"RS256","kid":"rsa1","alg":"none"}'],
  ['B-json-2', '{"alg":"none","kid":"rsa1","alg":"RS256"}'],
  ['B-json-5', 'null'],
  ['B-json-6', '1'],
  ['B-json-7', `${headText}x`],
  ['B-json-8', `/**/${headText}`],
  ['B-json-9', `\ufeff${headText}`],
  ['B-json-10', Buffer.from('{"alg":"RS256","kid":"rsa1","x":"\xff"}', 'latin1')],
  ['B-json-11', Buffer.from(headText, 'utf16le')],
  ['B-json-12', '{"__proto__":{"alg":"RS256"},"kid":"rsa1"}'],
  ['B-json-13', '{"ALG":"RS256","kid":"rsa1"}'],
]

/** Text and bytes in place of the payload, under a good signature; `good` is what its good claims are inside the braces. */
const payloads: readonly (readonly [id: string, payload: (good: string) => Segment, verdict?: Verdict])[] = [
  ['B-pl-1', () => 'payload'],
  ['B-pl-3', () => 'null'],
  ['B-pl-4', () => '"x"'],
  ['B-pl-5', () => ''],
  ['B-pl-8', (good) => Buffer.from(`{${good}}`, 'utf16le')],
  ['B-pl-9', (good) => Buffer.from([...`{${good}}`].flatMap((char) => [char.charCodeAt(0), 0, 0, 0]))],
  ['B-pl-11', (good) => `{"__proto__":{${good}}}`],
  ['B-pl-13', (good) => `{"iss":"https://evil.test",${good}}`],
  ['B-pl-14', (good) => `{${good},"iss":"https://evil.test"}`],
  ['B-pl-15', (good) => `{${good},"exp":1}`],
  ['B-pl-17', (good) => `{${good},"a":"\\ud834"}`, 'accepted'],
  ['OK-10', (good) => `{${good},"name":"Zoë 🦊 \\u2028","ключ":"değer"}`, 'accepted'],
]

type Parts = readonly [header: string, payload: string, signature: string]

/** A good token, taken apart and put together otherwise. */
const shapes: readonly (readonly [id: string, change: (parts: Parts) => string, verdict?: Verdict])[] = [
  ['B-none-10', ([, p]) => `${encode({ alg: 'none' })}.${p}`],
  ['B-null-1', ([h, p]) => `${h}.${p}.`],
  ['B-str-1', () => '', 'malformed'],
  ['B-str-2', () => '.'],
  ['B-str-4', ([h, p]) => `${h}.${p}`],
  ['B-str-5', (parts) => `${parts.join('.')}.`],
  ['B-str-6', (parts) => `${parts.join('.')}.AAAA`],
  ['B-str-7', (parts) => `${parts.join('.')}.AAAA.AAAA`],
  ['B-str-12', (parts) => `${parts.join('.')}==`],
  ['B-str-13', ([h, p, s]) => `${h}.${p}=.${s}`, 'malformed'],
  ['B-str-14', ([h, p, s]) => `${h}=.${p}.${s}`, 'malformed'],
  ['B-str-19', ([h, p, s]) => `${h}.${p}.${s.slice(0, -1)}${String.fromCharCode(s.charCodeAt(s.length - 1) + 1)}`],
  ['B-str-20', ([h, p, s]) => `${h}.${p}.${s.slice(0, -4)}`],
  ['B-str-21', ([h, p, s]) => `${h}.${p}.${s}AAAA`],
  ['B-str-24', ([, p, s]) => `${encode({ alg: 'RS256', kid: 'rsa1', typ: 'JWT' })}.${p}.${s}`],
  ['B-str-32', ([h, p, s]) => JSON.stringify({ protected: h, payload: p, signature: s }), 'malformed'],
]

/** What a curve's order is: a signature of it must not count as one of nothing. */
const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')

const assembled: readonly (readonly [id: string, header: Members, signature: Uint8Array])[] = [
  ['B-psy-1', { alg: 'ES256', kid: 'ec1' }, new Uint8Array(64)],
  ['B-psy-3', { alg: 'ES256', kid: 'ec1' }, Buffer.concat([order, order])],
  ['B-fam-4', { alg: 'ES256', kid: 'ec384' }, new Uint8Array(64).fill(1)],
  ['B-fam-8', { alg: 'EdDSA', kid: 'rsa1' }, new Uint8Array(64).fill(1)],
]

/** Everything about a public key that could be mistaken for a secret. */
const secrets: readonly (readonly [id: string, secret: (key: PublicForms) => string | Uint8Array, alg?: string])[] = [
  ['B-conf-1', ({ pem }) => pem],
  ['B-conf-2', ({ pem }) => pem, 'HS384'],
  ['B-conf-3', ({ pem }) => pem, 'HS512'],
  ['B-conf-4', ({ pem }) => pem.trim()],
  ['B-conf-5', ({ pem }) => pem.replaceAll('\n', '')],
  ['B-conf-6', ({ pem }) => pem.replaceAll('\n', '\r\n')],
  ['B-conf-7', ({ node }) => node.export({ type: 'spki', format: 'der' })],
  ['B-conf-8', ({ node }) => node.export({ type: 'pkcs1', format: 'pem' })],
  ['B-conf-9', ({ node }) => node.export({ type: 'pkcs1', format: 'der' })],
  ['B-conf-12', ({ modulus }) => Buffer.from(modulus, 'base64url')],
  ['B-conf-13', ({ modulus }) => modulus],
  ['B-conf-14', () => ''],
  ['B-conf-15', () => 'rsa1'],
  ['B-conf-16', () => 'undefined'],
  ['B-conf-17', () => '[object Object]'],
]

interface PublicForms {
  readonly pem: string
  readonly node: ReturnType<typeof createPublicKey>
  readonly modulus: string
}

async function formsOf(jwk: JWK): Promise<PublicForms> {
  const key = await importJWK({ ...jwk, ext: true }, 'RS256')
  if (key instanceof Uint8Array) throw new Error('expected a public key')
  const pem = await exportSPKI(key)
  return { pem, node: createPublicKey(pem), modulus: jwk.n ?? '' }
}

/** Signs by HMAC, as one who hopes that something public is taken for a secret. */
export function byHmac(
  header: Members & { readonly alg: string },
  payload: object,
  secret: string | Uint8Array,
): string {
  const signed = `${encode(header)}.${encode(payload)}`
  const signature = createHmac(header.alg.replace('HS', 'sha'), secret).update(signed).digest('base64url')
  return `${signed}.${signature}`
}

function partsOf(token: string): Parts {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return [header, payload, signature]
}

const jwkOfAttacker = (members: (scene: Scene) => Members) => (scene: Scene) =>
  scene.attacker.sign(scene.claims(), members(scene))

function encrypted(claims: object, alg: string): Promise<string> {
  return new CompactEncrypt(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg, enc: 'A256GCM' })
    .encrypt(new Uint8Array(32))
}

/** The token itself: RFC 7515, RFC 7519, RFC 8725. */
export const tokenAttacks: readonly Attack[] = [
  ...headers.map(([id, header, by = 'rsa', verdict]) =>
    byToken(id, JSON.stringify(header).slice(0, 60), (scene) => scene[by].sign(scene.claims(), header), verdict),
  ),
  ...headerTexts.map(([id, header]) => byToken(id, 'header', ({ rsa, claims }) => rsa.sign(claims(), header))),
  ...payloads.map(([id, payload, verdict]) =>
    byToken(id, 'payload', ({ rsa, claims }) => rsa.sign(payload(JSON.stringify(claims()).slice(1, -1))), verdict),
  ),
  ...shapes.map(([id, change, verdict]) =>
    byToken(id, 'shape', async ({ rsa, claims }) => change(partsOf(await rsa.sign(claims()))), verdict),
  ),
  ...assembled.map(([id, header, signature]) =>
    byToken(id, JSON.stringify(header), ({ claims }) => assemble(header, claims(), signature)),
  ),
  ...secrets.map(([id, secret, alg = 'HS256']) =>
    byToken(id, `${alg} by what is public`, async ({ rsa, claims }) =>
      byHmac({ alg, kid: 'rsa1' }, claims(), secret(await formsOf(rsa.jwk))),
    ),
  ),
  byToken('B-conf-nokid', 'HS256 by the PEM, without kid', async ({ rsa, claims }) =>
    byHmac({ alg: 'HS256' }, claims(), (await formsOf(rsa.jwk)).pem),
  ),
  byToken('B-kid-empty-hs', 'HS256 by nothing, kid /dev/null', ({ claims }) =>
    byHmac({ alg: 'HS256', kid: '/dev/null' }, claims(), ''),
  ),
  byToken(
    'B-hdr-1',
    'jwk of the attacker',
    jwkOfAttacker(({ attacker }) => ({ jwk: attacker.jwk })),
  ),
  byToken(
    'B-hdr-2',
    'jwk without kid',
    jwkOfAttacker(({ attacker }) => ({ jwk: attacker.jwk, kid: undefined })),
  ),
  byToken(
    'B-hdr-3',
    'jwk with our kid',
    jwkOfAttacker(({ attacker }) => ({ jwk: { ...attacker.jwk, kid: 'rsa1' } })),
  ),
  byToken('B-hdr-7', 'jwk of a secret', ({ claims }) =>
    byHmac({ alg: 'HS256', jwk: { kty: 'oct', k: encode('x'.repeat(32)) } }, claims(), 'x'.repeat(32)),
  ),
  byToken('B-b64-1', 'a payload as it is', async ({ rsa, claims }) => {
    const header = encode({ alg: 'RS256', kid: 'rsa1', b64: false, crit: ['b64'] })
    const [, , signature] = partsOf(await rsa.sign(claims()))
    return `${header}.user-1.${signature}`
  }),
  byToken('B-zip-2', 'a bomb of 5 MB', ({ rsa }) =>
    rsa.sign(deflateRawSync(Buffer.alloc(5_000_000, ' ')), { zip: 'DEF' }),
  ),
  byToken('B-typ-1', 'an ID token', ({ rsa, claims }) =>
    rsa.sign(claims({ nonce: 'n', at_hash: 'h' }), { typ: 'JWT' }),
  ),
  byToken('B-jwe-1', 'encrypted', ({ claims }) => encrypted(claims(), 'A256KW')),
  byToken('B-jwe-2', 'encrypted, dir', ({ claims }) => encrypted(claims(), 'dir')),
  byToken('OK-02', 'ES256', ({ ec, claims }) => ec.sign(claims()), 'accepted'),
  byToken('OK-05', 'EdDSA', ({ ed, claims }) => ed.sign(claims()), 'accepted'),
]
