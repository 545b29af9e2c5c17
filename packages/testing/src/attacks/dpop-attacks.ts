import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { type Answer, accepted, invalidBoundToken, invalidProof } from '../conformance/answers.js'
import type { ConformanceConfig } from '../conformance/api.js'
import type { Fields } from './attack.js'
import type { Scene } from './scene.js'
import { createSigner, encode, type Segment, type Signer, signerOf } from './signer.js'
import { byHmac } from './token-attacks.js'

/** The public origin the API holds proofs against. */
const origin = 'https://api.example.test'

/** How the API is told to take proofs. */
export const dpopOptions: NonNullable<ConformanceConfig['dpop']> = { origin, algorithms: ['ES256'] }

/** A request as it goes over the wire. */
interface Target {
  readonly method: string
  readonly path: string
}

/** What attacks by proofs are made of. */
export interface Proofs {
  readonly scene: Scene
  readonly client: Signer
  readonly thief: Signer
  /** A token that is bound to the client's key. */
  readonly bound: string
  readonly unbound: string
  /** A token that says of its key what no token should. */
  confirmed(cnf: unknown): Promise<string>
  /** A good proof for a token, with claims and header members put over it. */
  prove(target: Target, over?: Over): Promise<string>
}

interface Over {
  readonly token?: string | undefined
  readonly by?: Signer | undefined
  readonly claims?: Members | undefined
  readonly header?: Members | undefined
}

type Members = Readonly<Record<string, unknown>>

/** An attack on an API that takes proofs. */
export interface DpopAttack {
  readonly id: string
  readonly about: string
  readonly shoot: (proofs: Proofs, target: Target) => Promise<Fields>
  readonly answer: Answer
}

export async function openProofs(scene: Scene): Promise<Proofs> {
  const [client, thief] = await Promise.all([createSigner('ES256', 'client'), createSigner('ES256', 'thief')])
  const confirmed = (cnf: unknown): Promise<string> => scene.rsa.sign(scene.claims({ cnf }))
  const bound = await confirmed({ jkt: await calculateJwkThumbprint(client.jwk) })
  return {
    scene,
    client,
    thief,
    bound,
    unbound: await scene.rsa.sign(scene.claims()),
    confirmed,
    prove: (target, { token = bound, by = client, claims, header } = {}) =>
      by.sign({ ...claimsOf(target, token), ...claims }, { ...headerOf(by), ...header }),
  }
}

function claimsOf({ method, path }: Target, token: string): Members {
  const ath = createHash('sha256').update(token).digest('base64url')
  return { jti: randomUUID(), htm: method, htu: `${origin}${path}`, iat: Math.floor(Date.now() / 1000), ath }
}

function headerOf({ alg, jwk }: Signer): Members {
  return { alg, typ: 'dpop+jwt', kid: undefined, jwk: publicHalf(jwk) }
}

function publicHalf({ kty, crv, x, y }: JWK): Members {
  return { kty, crv, x, y }
}

const shown = (token: string, proof: string, scheme = 'DPoP'): Fields => [
  ['Authorization', `${scheme} ${token}`],
  ['DPoP', proof],
]

/** Proofs whose claims are put over. */
const claims: readonly (readonly [id: string, claims: Members, answer?: Answer])[] = [
  ['H-01', {}, accepted],
  ['H-49', { extra: { a: 1 } }, accepted],
  ['H-18', { htm: 'DELETE' }],
  ['H-19', { htm: undefined }],
  ['H-21', { htu: undefined }],
  ['H-22', { htu: `${origin}/admin` }],
  ['H-23', { htu: 'https://evil.example/read' }],
  ['H-24', { htu: '/read' }],
  ['H-26', { ath: 'x' }],
  ['H-28', { iat: undefined }],
  ['H-29', { iat: '1' }],
  ['H-30', { iat: Math.floor(Date.now() / 1000) - 3600 }],
  ['H-34', { jti: 1 }],
  ['H-35', { jti: '' }],
  ['H-66', { jti: 'x'.repeat(4000) }],
]

/** Proofs whose header is put over. */
const headers: readonly (readonly [id: string, header: (proofs: Proofs) => Members])[] = [
  ['H-09', () => ({ typ: 'JWT' })],
  ['H-10', () => ({ typ: undefined })],
  ['H-15', () => ({ jwk: 'key' })],
  ['H-16', ({ thief }) => ({ jwk: publicHalf(thief.jwk) })],
  ['H-44', () => ({ crit: ['exp'], exp: 1 })],
]

/** Tokens that say of their key what no token should. */
const confirmations: readonly (readonly [id: string, cnf: unknown])[] = [
  ['H-40', { jkt: '' }],
  ['H-41', { jkt: ['x'] }],
  ['H-43', { 'x5t#S256': 'a'.repeat(43) }],
  ['H-73', { x5t: 'AAAA' }],
]

type Row = readonly [id: string, about: string, shoot: DpopAttack['shoot'], answer?: Answer]

const rows: readonly Row[] = [
  ['H-02', 'the scheme in lower case', async (p, to) => shown(p.bound, await p.prove(to), 'dpop'), accepted],
  ['H-05', 'no proof', async ({ bound }) => [['Authorization', `DPoP ${bound}`]]],
  [
    'H-06',
    'a token that is bound to no key',
    async (p, to) => shown(p.unbound, await p.prove(to, { token: p.unbound })),
    invalidBoundToken,
  ],
  ['H-07', 'two fields', async (p, to) => [...shown(p.bound, await p.prove(to)), ['DPoP', await p.prove(to)]]],
  ['H-08', 'two in one field', async (p, to) => shown(p.bound, `${await p.prove(to)}, ${await p.prove(to)}`)],
  [
    'H-12',
    'HS256 with a secret',
    async ({ bound }, to) => {
      const jwk = { kty: 'oct', k: encode('secret') }
      return shown(bound, byHmac({ alg: 'HS256', typ: 'dpop+jwt', jwk }, claimsOf(to, bound), 'secret'))
    },
  ],
  ['H-17', 'by another key', async (p, to) => shown(p.bound, await p.prove(to, { by: p.thief }))],
  ['H-27', 'for another token', async (p, to) => shown(p.bound, await p.prove(to, { token: p.unbound }))],
  ['H-38', 'empty', async ({ bound }) => shown(bound, '')],
  ['H-39', 'by an RSA key of 1024 bits', weakProof],
  [
    'H-45',
    'for a host in fields for proxies',
    async (p, to) => [
      ...shown(p.bound, await p.prove(to, { claims: { htu: `https://evil.example${to.path}` } })),
      ['X-Forwarded-Host', 'evil.example'],
      ['Forwarded', 'host=evil.example;proto=https'],
    ],
  ],
  [
    'H-48',
    'a query in htu',
    async (p, to) => shown(p.bound, await p.prove(to, { claims: { htu: `${origin}${to.path}?a=b#c` } })),
    accepted,
  ],
  [
    'H-50',
    'htu in capitals',
    async (p, to) => shown(p.bound, await p.prove(to, { claims: { htu: `HTTPS://API.example.test:443${to.path}` } })),
    accepted,
  ],
]

async function weakProof({ confirmed }: Proofs, to: Target): Promise<Fields> {
  const pair = await crypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1024, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ['sign', 'verify'],
  )
  const weak = await signerOf('RS256', 'weak', pair)
  const { kty = '', n = '', e = '' } = weak.jwk
  const token = await confirmed({ jkt: await calculateJwkThumbprint({ kty, n, e }) })
  const header: Segment = { typ: 'dpop+jwt', kid: undefined, jwk: { kty, n, e } }
  return shown(token, await weak.sign(claimsOf(to, token), header))
}

/** Proofs of possession: RFC 9449 §4.3 and §7.1. */
export const dpopAttacks: readonly DpopAttack[] = [
  ...claims.map(
    ([id, over, answer = invalidProof]): DpopAttack => ({
      id,
      about: `claims ${Object.keys(over)}`,
      shoot: async (p, to) => shown(p.bound, await p.prove(to, { claims: over })),
      answer,
    }),
  ),
  ...headers.map(
    ([id, header]): DpopAttack => ({
      id,
      about: 'header',
      shoot: async (p, to) => shown(p.bound, await p.prove(to, { header: header(p) })),
      answer: invalidProof,
    }),
  ),
  ...confirmations.map(
    ([id, cnf]): DpopAttack => ({
      id,
      about: JSON.stringify(cnf),
      shoot: async (p, to) => {
        const token = await p.confirmed(cnf)
        return shown(token, await p.prove(to, { token }))
      },
      answer: invalidBoundToken,
    }),
  ),
  ...rows.map(([id, about, shoot, answer = invalidProof]): DpopAttack => ({ id, about, shoot, answer })),
]
