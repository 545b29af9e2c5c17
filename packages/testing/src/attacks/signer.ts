import type { webcrypto } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose'

/** What a segment of a token is made of: text and bytes stand as given. */
export type Segment = object | string | Uint8Array

/** A key that signs anything, sense or nonsense. */
export interface Signer {
  readonly kid: string
  readonly alg: string
  /** As it is published. */
  readonly jwk: JWK
  readonly privateJwk: JWK
  /** @param header put over `alg`, `kid` and `typ`; text or bytes take their place. */
  sign(payload: Segment, header?: Segment): Promise<string>
}

const algorithms: Readonly<
  Record<string, webcrypto.AlgorithmIdentifier | webcrypto.EcdsaParams | webcrypto.RsaPssParams>
> = {
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  PS256: { name: 'RSA-PSS', saltLength: 32 },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', hash: 'SHA-384' },
  EdDSA: { name: 'Ed25519' },
}

export async function createSigner(alg: string, kid: string): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return signerOf(alg, kid, { publicKey, privateKey })
}

/** A signer by any pair of keys, of a strength no library would make, too. */
export async function signerOf(
  alg: string,
  kid: string,
  { publicKey, privateKey }: webcrypto.CryptoKeyPair,
): Promise<Signer> {
  const names = { kid, alg, use: 'sig' }
  return {
    kid,
    alg,
    jwk: { ...(await exportJWK(publicKey)), ...names },
    privateJwk: { ...(await exportJWK(privateKey)), ...names },
    sign: async (payload, header = {}) => {
      const own = isObject(header) ? { alg, kid, typ: 'at+jwt', ...header } : header
      const signed = `${encode(own)}.${encode(payload)}`
      return `${signed}.${encode(await signatureOf(alg, privateKey, signed))}`
    },
  }
}

async function signatureOf(alg: string, key: CryptoKey, text: string): Promise<Uint8Array> {
  const algorithm = algorithms[alg]
  if (algorithm === undefined) throw new Error(`nobody signs with ${alg}`)
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(text)))
}

/** A token whose signature is whatever is given. */
export function assemble(header: Segment, payload: Segment, signature: Segment = ''): string {
  return [header, payload, signature].map(encode).join('.')
}

export function encode(segment: Segment): string {
  return Buffer.from(isObject(segment) ? JSON.stringify(segment) : segment).toString('base64url')
}

function isObject(segment: Segment): segment is object {
  return typeof segment === 'object' && !(segment instanceof Uint8Array)
}
