import { createHash } from 'node:crypto'
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { bytesOf, epoch } from './tokens.js'

/** What a proof is about unless a test says otherwise. */
export const origin = 'https://api.example.test'

/** A client's key, and how it makes proofs. */
export interface Prover {
  readonly jkt: string
  readonly publicJwk: JWK
  readonly privateJwk: JWK
  /** A good proof for a token, with members of header and payload put over it; `undefined` leaves one out. */
  prove(token: string, claims?: Members, header?: Members): Promise<string>
}

type Members = Readonly<Record<string, unknown>>

let count = 0

export async function createProver(alg = 'ES256', modulusLength = 2048): Promise<Prover> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength })
  const publicJwk = await exportJWK(publicKey)
  return {
    jkt: await calculateJwkThumbprint(publicJwk),
    publicJwk,
    privateJwk: await exportJWK(privateKey),
    prove: (token, claims = {}, header = {}) => {
      const payload = { jti: `proof-${count++}`, htm: 'GET', htu: `${origin}/accounts`, iat: epoch, ath: hashOf(token) }
      return new CompactSign(bytesOf({ ...payload, ...claims }))
        .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk: publicJwk, ...header })
        .sign(privateKey)
    },
  }
}

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** A request that sends a token under the DPoP scheme. */
export function dpopRequest(token: string, proof: string, path = '/accounts', method = 'GET'): Request {
  return new Request(`${origin}${path}`, { method, headers: { authorization: `DPoP ${token}`, dpop: proof } })
}
