import { constants, KeyObject, type SignKeyObjectInput, sign } from 'node:crypto'
import { exportJWK, exportSPKI, generateKeyPair, type JWK } from 'jose'

export const algorithms = ['RS256', 'ES256', 'EdDSA', 'PS256'] as const
export type Algorithm = (typeof algorithms)[number]

/** A key pair, in every form that one of the libraries wants. */
export interface Key {
  readonly algorithm: Algorithm
  readonly jwk: JWK
  readonly spki: string
  /** For `node:crypto`: the digest, and the key, with the parameters of RFC 7518 §3 where there are any. */
  readonly digest: string | null
  readonly verifying: KeyObject | SignKeyObjectInput
  readonly sign: (data: Buffer) => Buffer
}

const parameters = {
  RS256: undefined,
  ES256: { dsaEncoding: 'ieee-p1363' },
  EdDSA: undefined,
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
} as const

export async function createKey(algorithm: Algorithm, kid = 'key'): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const digest = algorithm === 'EdDSA' ? null : 'sha256'
  // A key that needs no parameters is handed over bare: wrapped, `node:crypto` takes half as long again.
  const prepared = (key: CryptoKey): KeyObject | SignKeyObjectInput => {
    const more = parameters[algorithm]
    return more === undefined ? KeyObject.from(key) : { key: KeyObject.from(key), ...more }
  }
  const signing = prepared(privateKey)
  return {
    algorithm,
    jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' },
    spki: await exportSPKI(publicKey),
    digest,
    verifying: prepared(publicKey),
    sign: (data) => sign(digest, data, signing),
  }
}
