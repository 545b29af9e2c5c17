import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'

/** The one algorithm of the kit's proofs. */
export const proofAlgorithm = 'ES256'

/** Makes a proof for a request, with claims put over its own. */
export type Prove = (claims?: Readonly<Record<string, unknown>>) => Promise<string>

/** A client's key. */
export interface Prover {
  readonly jkt: string
  /** @param url the public one of the request. */
  proverFor(token: string, method: string, url: string): Prove
}

export async function createProver(): Promise<Prover> {
  const { publicKey, privateKey } = await generateKeyPair(proofAlgorithm)
  const jwk = await exportJWK(publicKey)
  return {
    jkt: await calculateJwkThumbprint(jwk),
    proverFor: (token, method, url) => {
      const ath = createHash('sha256').update(token).digest('base64url')
      return (claims = {}) => {
        const iat = Math.floor(Date.now() / 1000)
        return new SignJWT({ jti: randomUUID(), htm: method, htu: url, iat, ath, ...claims })
          .setProtectedHeader({ alg: proofAlgorithm, typ: 'dpop+jwt', jwk })
          .sign(privateKey)
      }
    },
  }
}
