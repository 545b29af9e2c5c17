import { createHash } from 'node:crypto'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'

/** A key pair that signs tokens. */
export interface SigningKey {
  readonly kid: string
  /** Stands for a certificate's SHA-1 thumbprint (RFC 7515 §4.1.7). */
  readonly x5t: string
  readonly privateKey: CryptoKey
  readonly privateJwk: JWK
  readonly publicJwk: JWK
}

/** How a server names its keys: by their RFC 7638 thumbprint, or as IdentityServer does after their certificate. */
export type KeyNaming = 'thumbprint' | 'x5t'

/** Makes a 2048-bit RSA key for RS256. */
export async function createSigningKey(naming: KeyNaming = 'thumbprint'): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  const { kty = 'RSA', n = '', e = 'AQAB' } = jwk
  const digest = createHash('sha1').update(n).digest()
  const kid =
    naming === 'x5t' ? `${digest.toString('hex').toUpperCase()}RS256` : await calculateJwkThumbprint({ kty, n, e })
  const head = { kty, use: 'sig', alg: 'RS256', kid }
  return {
    kid,
    x5t: digest.toString('base64url'),
    privateKey,
    privateJwk: { ...jwk, ...head },
    publicJwk: { ...head, n, e },
  }
}

/** A doorway's keys, the current one first. */
export interface KeyRing {
  readonly current: SigningKey
  readonly all: readonly SigningKey[]
  /** Puts a new key in front; the old ones stay published only with `keep`. */
  rotate(keep: boolean): Promise<void>
}

export async function createKeyRing(naming: KeyNaming): Promise<KeyRing> {
  let all: readonly [SigningKey, ...SigningKey[]] = [await createSigningKey(naming)]
  return {
    get current() {
      return all[0]
    },
    get all() {
      return all
    },
    async rotate(keep) {
      const fresh = await createSigningKey(naming)
      all = keep ? [fresh, ...all] : [fresh]
    },
  }
}
