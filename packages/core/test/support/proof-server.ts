import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose'
import { createSigner, type Signer } from '../verifier/support/tokens.js'
import { type Handler, json, type LocalServer, type Received, serve } from './local-server.js'

/** A proof that arrived, checked by another implementation than ours. */
export interface Proof {
  readonly jkt: string
  readonly alg: string
  readonly jwk: JWK
  readonly claims: Readonly<Record<string, unknown>>
}

/** Reads the proof of a request by RFC 9449 §4.3, as far as it does not need to know the time. */
export async function proofOf({ headers, method, path }: Received, origin: string): Promise<Proof> {
  const { dpop = '' } = headers
  const { payload, protectedHeader } = await jwtVerify(dpop, EmbeddedJWK, { typ: 'dpop+jwt' })
  const { jwk = {}, alg } = protectedHeader
  const { pathname } = new URL(path, origin)
  if (payload.htm !== method || payload.htu !== `${origin}${pathname}`) throw new Error('it is for another request')
  if (typeof payload.jti !== 'string' || typeof payload.iat !== 'number') throw new Error('jti or iat is missing')
  return { jkt: await calculateJwkThumbprint(jwk), alg, jwk, claims: payload }
}

/** `ath` of a token, computed by other means than ours. */
export function athOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** An authorization server that binds every token to the key of the proof it was asked with. */
export interface ProofServer extends LocalServer {
  readonly signer: Signer
  readonly proofs: Proof[]
  /** The nonce every proof must hold; unset where none has to. */
  nonce: string | undefined
  /** What its answers hold besides. */
  more: Readonly<Record<string, unknown>>
}

export async function serveBound(audience: string): Promise<ProofServer> {
  const signer = await createSigner('ES256')
  const proofs: Proof[] = []
  const answer: Handler = async (request, response, index) => {
    const refuse = (error: string, headers?: Record<string, string>): void => json(response, { error }, 400, headers)
    const proof = await proofOf(request, server.origin).catch(() => undefined)
    if (proof === undefined) return refuse('invalid_dpop_proof')
    proofs.push(proof)
    if (server.nonce !== undefined && proof.claims.nonce !== server.nonce) {
      return refuse('use_dpop_nonce', { 'dpop-nonce': server.nonce })
    }
    const iat = Math.floor(Date.now() / 1000)
    const claims = { iss: server.origin, aud: audience, sub: 'ada', iat, exp: iat + 3600, jti: `token-${index}` }
    const access_token = await signer.sign({ ...claims, cnf: { jkt: proof.jkt } })
    json(response, { access_token, token_type: 'DPoP', expires_in: 3600, ...server.more })
  }
  const server: ProofServer = Object.assign(await serve(answer), { signer, proofs, nonce: undefined, more: {} })
  return server
}
