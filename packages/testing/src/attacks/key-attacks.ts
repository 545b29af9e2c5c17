import type { webcrypto } from 'node:crypto'
import type { JWK } from 'jose'
import type { Answer } from '../conformance/answers.js'
import { type Verdict, verdicts } from './attack.js'
import type { Reply, Scene } from './scene.js'
import { assemble, createSigner, encode, signerOf } from './signer.js'
import { byHmac } from './token-attacks.js'

/** A hostile or broken set of keys, and a token for it. Each needs an API that has not seen another set. */
export interface KeyAttack {
  readonly id: string
  readonly stage: (scene: Scene) => Promise<Stage> | Stage
  readonly answer: Answer
}

interface Stage {
  readonly keys: Reply
  /** @default a good one by the issuer's EC key */
  readonly token?: string | undefined
}

/** A set around the issuer's EC key, whose token is good. */
const sets: readonly (readonly [id: string, set: (ec: JWK, scene: Scene) => unknown, verdict?: Verdict])[] = [
  ['C-j_empty', () => ({ keys: [] })],
  ['C-j_nokeys', () => ({}), 'unavailable'],
  ['C-jwk-16', (ec) => ({ key: [ec] }), 'unavailable'],
  ['C-j_keysobj', (ec) => ({ keys: { 0: ec } }), 'unavailable'],
  ['C-jwk-15', (ec) => ({ keys: { ec1: ec } }), 'unavailable'],
  ['C-j_keysnull', () => ({ keys: null }), 'unavailable'],
  ['C-j_proto', (ec) => JSON.parse(`{"__proto__":{"keys":[${JSON.stringify(ec)}]}}`), 'unavailable'],
  ['C-j_mixed', (ec) => ({ keys: [null, 1, 'key', [], {}, { kty: 'XYZ' }, ec], more: 1 }), 'accepted'],
  ['OK-09', (ec) => ({ keys: [{ kty: 'EC', crv: 'P-999', kid: 'ec1' }, { kty: 'AKP', pub: 'AA' }, ec] }), 'accepted'],
  ['C-j_private', (_, { ec }) => ({ keys: [ec.privateJwk] }), 'accepted'],
  ['C-j_oct', () => ({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'ec1' }] })],
  ['C-j_enc', (ec) => ({ keys: [{ ...ec, use: 'enc' }] })],
  ['C-jwk-2', (ec) => ({ keys: [{ ...ec, alg: undefined, use: 'enc' }] })],
  ['C-j_keyops', (ec) => ({ keys: [{ ...ec, use: undefined, key_ops: ['sign'] }] })],
  ['C-j_noalg', (ec) => ({ keys: [{ ...ec, alg: undefined }] }), 'accepted'],
  ['C-j_wrongalg', (ec) => ({ keys: [{ ...ec, alg: 'ES384' }] })],
  ['C-j_dup', (ec, { rsa }) => ({ keys: [{ ...rsa.jwk, kid: 'ec1' }, ec] }), 'accepted'],
  ['B-kid-dup-3', (ec, { ed }) => ({ keys: [{ ...ed.jwk, kid: 'ec1' }, ec] }), 'accepted'],
  ['C-j_nokid', (ec) => ({ keys: [{ ...ec, kid: undefined }] })],
  ['C-j_10k', (ec) => ({ keys: [ec, ...Array.from({ length: 2000 }, () => ({ kty: 'XYZ' }))] }), 'accepted'],
  ['C-j_5mb', (ec) => ({ keys: [ec], fill: 'x'.repeat(5_000_000) }), 'unavailable'],
  ['C-j_x5u', (ec) => ({ keys: [{ ...ec, x5u: 'http://127.0.0.1:1/cert' }] }), 'accepted'],
  ['OK-11', (ec) => ({ keys: [{ ...ec, alg: undefined, x5t: 'AAAA', x5c: ['AAAA'] }] }), 'accepted'],
  ['C-j_other', (_, { rsa }) => ({ keys: [rsa.jwk] })],
  ['C-jwk-11', (ec) => ({ keys: [{ ...ec, y: ec.x }] })],
  ['F-arr', (ec) => [ec], 'unavailable'],
  ['F-num', () => 7, 'unavailable'],
  ['F-str', () => 'keys', 'unavailable'],
  ['F-tru', () => true, 'unavailable'],
  ['F-emptyobj', () => ({}), 'unavailable'],
]

/** A set around the issuer's RSA key. */
const rsaSets: readonly (readonly [id: string, set: (rsa: JWK) => unknown])[] = [
  ['C-jwk-4', (rsa) => [{ ...rsa, alg: 'RSA-OAEP' }]],
  ['C-jwk-8', (rsa) => [{ ...rsa, e: 'AQ' }]],
  ['C-jwk-9', (rsa) => [{ ...rsa, n: undefined }]],
  ['C-jwk-10', (rsa) => [{ ...rsa, e: undefined }]],
]

/** Ways an answer over HTTP can be bad, though the set in it is good. */
const answers: readonly (readonly [id: string, answer: (set: string) => Reply, verdict?: Verdict])[] = [
  ['F-e401', raw(401)],
  ['F-e404', raw(404)],
  ['F-e429', raw(429)],
  ['F-e500', raw(500)],
  ['F-e503', raw(503)],
  ['F-e304', () => (_, response) => void response.writeHead(304).end()],
  ['F-html200', () => body('<!doctype html><title>Log in</title>', 'text/html')],
  ['F-utf16', (set) => body(Buffer.from(set, 'utf16le'))],
  ['F-empty', () => body('')],
  ['F-trunc', (set) => body(set.slice(0, -2))],
  ['F-redir302same', () => redirect(302, '/jwks/0')],
  ['F-redir307cross', () => redirect(307, 'http://localhost:1/jwks')],
  ['F-redir302cross', () => redirect(302, 'http://localhost:1/jwks')],
  ['F-redirfile', () => redirect(302, 'file:///etc/passwd')],
  ['F-redirdata', (set) => redirect(301, `data:application/json,${encodeURIComponent(set)}`)],
  ['F-gzbad', () => (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip')],
  [
    'F-clshort',
    (set) => (_, response) => {
      response.writeHead(200, { 'content-length': set.length })
      response.write(set.slice(0, 9), () => response.destroy())
    },
  ],
  ['F-http09', (set) => (request) => void request.socket.end(set)],
  ['F-jwkset', (set) => body(set, 'application/jwk-set+json'), 'accepted'],
  ['F-charset', (set) => body(set, 'application/json; charset=UTF-8'), 'accepted'],
  ['F-textplain', (set) => body(set, 'text/plain'), 'accepted'],
  ['F-noct', (set) => (_, response) => void response.end(set), 'accepted'],
]

function raw(status: number): (set: string) => Reply {
  return (set) => (_, response) => void response.writeHead(status, { 'content-type': 'application/json' }).end(set)
}

function body(text: string | Uint8Array, type = 'application/json'): Reply {
  return (_, response) => void response.writeHead(200, { 'content-type': type }).end(text)
}

function redirect(status: number, location: string): Reply {
  return (_, response) => void response.writeHead(status, { location }).end()
}

const weak = async (scene: Scene, alg: string, members: webcrypto.RsaHashedKeyGenParams): Promise<Stage> => {
  const pair = await crypto.subtle.generateKey(members, true, ['sign', 'verify'])
  const signer = await signerOf(alg, 'weak', pair)
  return { keys: { json: { keys: [signer.jwk] } }, token: await signer.sign(scene.claims()) }
}

const rsaOf = (modulusLength: number, exponent: readonly number[]): webcrypto.RsaHashedKeyGenParams => ({
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength,
  publicExponent: Uint8Array.from(exponent),
})

type Staged = readonly [id: string, stage: KeyAttack['stage'], verdict?: Verdict | undefined]

const staged: readonly Staged[] = [
  ['C-j_weak', (scene) => weak(scene, 'RS256', rsaOf(1024, [1, 0, 1]))],
  ['C-jwk-1', (scene) => weak(scene, 'RS256', rsaOf(1536, [1, 0, 1]))],
  ['OK-12', (scene) => weak(scene, 'RS256', rsaOf(2048, [3])), 'accepted'],
  [
    'OK-06',
    async ({ claims }) => {
      const pss = await createSigner('PS256', 'pss1')
      return { keys: { json: { keys: [pss.jwk] } }, token: await pss.sign(claims()) }
    },
    'accepted',
  ],
  [
    'B-fam-1',
    async ({ claims }) => {
      const pss = await createSigner('PS256', 'rsa1')
      return { keys: { json: { keys: [{ ...pss.jwk, alg: 'RS256' }] } }, token: await pss.sign(claims()) }
    },
  ],
  [
    'B-kid-none-2',
    async ({ claims, rsa, attacker }) => ({
      keys: { json: { keys: [attacker.jwk, rsa.jwk] } },
      token: await rsa.sign(claims(), { kid: undefined }),
    }),
    'accepted',
  ],
  [
    'B-kid-dup-2',
    async ({ claims, rsa, attacker }) => ({
      keys: { json: { keys: [attacker.jwk, rsa.jwk] } },
      token: await rsa.sign(claims()),
    }),
    'accepted',
  ],
  [
    'B-conf-oct',
    ({ claims, ec }) => ({
      keys: { json: { keys: [{ kty: 'oct', k: encode('x'.repeat(32)), kid: 'oct1', alg: 'HS256' }, ec.jwk] } },
      token: byHmac({ alg: 'HS256', kid: 'oct1' }, claims(), 'x'.repeat(32)),
    }),
  ],
  [
    'C-jwk-5',
    async ({ claims, rsa }) => ({ keys: { json: { keys: [rsa.privateJwk] } }, token: await rsa.sign(claims()) }),
    'accepted',
  ],
  [
    'C-jwk-13',
    ({ claims }) => ({
      keys: { json: { keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'k', x: encode(new Uint8Array(32)) }] } },
      token: assemble({ alg: 'EdDSA', kid: 'k' }, claims(), new Uint8Array(64)),
    }),
  ],
]

const all: readonly Staged[] = [
  ...sets.map(([id, set, verdict]): Staged => [id, (scene) => ({ keys: { json: set(scene.ec.jwk, scene) } }), verdict]),
  ...rsaSets.map(
    ([id, set]): Staged => [
      id,
      async ({ rsa, claims }) => ({ keys: { json: { keys: set(rsa.jwk) } }, token: await rsa.sign(claims()) }),
    ],
  ),
  ...answers.map(
    ([id, answer, verdict = 'unavailable']): Staged => [
      id,
      ({ ec }) => ({ keys: answer(JSON.stringify({ keys: [ec.jwk] })) }),
      verdict,
    ],
  ),
  ...staged,
]

/** The keys an issuer publishes, and how: RFC 7517, RFC 7518 §3.3. */
export const keyAttacks: readonly KeyAttack[] = all.map(([id, stage, verdict = 'invalid']) => ({
  id,
  stage,
  answer: verdicts[verdict],
}))
