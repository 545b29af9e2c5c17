import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import { SignJWT } from 'jose/jwt/sign'
import { exportJWK } from 'jose/key/export'
import { isJsonObject, type JsonObject } from '../json.js'
import type { PlatformKey } from '../platform-key.js'
import { once } from '../runtime.js'
import { sha256 } from '../sha256.js'
import { publicHalf } from './public-jwk.js'
import { type AssertionAlgorithm, signingKey } from './signing-key.js'

/** A key pair for DPoP proofs: a private JWK (RFC 7517), or two keys of the platform, the public one exportable. */
export type ProofKeyPair = JsonObject | PlatformKeyPair

interface PlatformKeyPair {
  readonly privateKey: PlatformKey
  readonly publicKey: PlatformKey
}

/** What a proof says (RFC 9449 §4.2). */
export interface ProofStatement {
  readonly method: string
  readonly url: URL
  readonly accessToken: string | undefined
  readonly nonce: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A key that signs proofs. */
export interface ProofKey {
  /** The SHA-256 thumbprint of its public half (RFC 7638). */
  readonly thumbprint: string
  readonly sign: (statement: ProofStatement) => Promise<string>
}

/**
 * The key of a client's proofs, made or imported when it is first needed.
 *
 * @param pair a new pair, whose private half nobody can export, unless one is given.
 * @throws TypeError when what is given is no key pair, or nothing says its algorithm.
 */
export function proofKey(pair: ProofKeyPair | undefined, alg: AssertionAlgorithm | undefined): () => Promise<ProofKey> {
  if (pair === undefined) return generated(alg)
  const { privateHalf, exported } = halvesOf(pair)
  const key = signingKey('dpop', privateHalf, { alg })
  return once(async () => await ready(key.alg, await key.imported(), await exported()))
}

function generated(alg: AssertionAlgorithm = 'ES256'): () => Promise<ProofKey> {
  if (alg !== 'ES256') throw new TypeError('dpop makes keys for ES256; for another alg, give a key')
  return once(async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(p256, false, ['sign', 'verify'])
    return await ready(alg, privateKey, await exportJWK(publicKey))
  })
}

const p256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

function halvesOf(pair: ProofKeyPair) {
  if (!isJsonObject(pair)) throw new TypeError('the key of dpop is a private JWK, or { privateKey, publicKey }')
  if (!isPlatformPair(pair)) return { privateHalf: pair, exported: async () => pair }
  const { privateKey, publicKey } = pair
  if (!(publicKey instanceof CryptoKey && publicKey.type === 'public' && publicKey.extractable)) {
    throw new TypeError('publicKey of dpop is a public CryptoKey that can be exported')
  }
  return { privateHalf: privateKey, exported: () => exportJWK(publicKey) }
}

function isPlatformPair(pair: ProofKeyPair): pair is PlatformKeyPair {
  return 'privateKey' in pair
}

async function ready(alg: string, privateKey: PlatformKey | Uint8Array, exported: object): Promise<ProofKey> {
  const jwk = publicHalf({ ...exported })
  if (jwk === undefined) throw new TypeError('the key has no public half')
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    sign: async (statement) =>
      await new SignJWT(await claimsOf(statement)).setProtectedHeader({ alg, typ: 'dpop+jwt', jwk }).sign(privateKey),
  }
}

async function claimsOf({ method, url, accessToken, nonce, now }: ProofStatement): Promise<JsonObject> {
  return {
    jti: crypto.randomUUID(),
    htm: method,
    htu: `${url.origin}${url.pathname}`,
    iat: Math.floor(now() / 1000),
    ...(accessToken === undefined ? {} : { ath: await sha256(accessToken) }),
    ...(nonce === undefined ? {} : { nonce }),
  }
}
