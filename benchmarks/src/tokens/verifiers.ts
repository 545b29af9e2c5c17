import { verify } from 'node:crypto'
import { createVerifier, type VerifierOptions } from '@auth/core'
import { JwtVerifier } from 'aws-jwt-verify'
import { createVerifier as createFastVerifier, type VerifierOptions as FastOptions } from 'fast-jwt'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { limitName, oursName } from '../harness/contender.js'
import type { Key } from './key.js'
import { audience, issuer } from './token.js'

/** A library set up the way its own documentation shows: one issuer, one audience, one algorithm, the keys at hand. */
export type Verifying = Waiting | Immediate

/** One whose answer is to be awaited. */
interface Waiting {
  readonly name: string
  readonly package: string
  readonly verify: (token: string) => Promise<unknown>
  readonly waits: true
}

/** One that has answered when it returns. */
interface Immediate {
  readonly name: string
  readonly package: string
  readonly verify: (token: string) => unknown
  readonly waits: false
}

export function toolkit(key: Key, more: Pick<VerifierOptions, 'verifiedTokenCache'> = {}): Verifying {
  const jwks = { keys: [{ ...key.jwk }] }
  const verifier = createVerifier({ issuer, audience, algorithms: [key.algorithm], jwks, ...more })
  return { name: oursName, package: '@auth/core', verify: (token) => verifier.verify(token), waits: true }
}

export function jose(key: Key): Verifying {
  const keys = createLocalJWKSet({ keys: [key.jwk] })
  const options = { issuer, audience, algorithms: [key.algorithm] }
  return { name: 'jose', package: 'jose', verify: (token) => jwtVerify(token, keys, options), waits: true }
}

export function fastJwt({ spki, algorithm }: Key, more: FastOptions = {}): Verifying {
  const checks = { algorithms: [algorithm], allowedIss: issuer, allowedAud: audience }
  const check = createFastVerifier({ key: spki, ...checks, ...more })
  return { name: 'fast-jwt', package: 'fast-jwt', verify: check, waits: false }
}

/** It knows no RSASSA-PSS. */
export function awsJwtVerify({ jwk, algorithm }: Key): Verifying | undefined {
  if (algorithm === 'PS256') return undefined
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/jwks` })
  verifier.cacheJwks(JSON.parse(JSON.stringify({ keys: [jwk] })))
  const check = (token: string): unknown => verifier.verifySync(token)
  return { name: 'aws-jwt-verify', package: 'aws-jwt-verify', verify: check, waits: false }
}

/** It knows no Ed25519. */
export function jsonWebToken({ spki, algorithm }: Key): Verifying | undefined {
  if (algorithm === 'EdDSA') return undefined
  const check = (token: string): unknown =>
    jsonwebtoken.verify(token, spki, { issuer, audience, algorithms: [algorithm] })
  return { name: 'jsonwebtoken', package: 'jsonwebtoken', verify: check, waits: false }
}

/** What is signed, and the signature: bytes, so that `bare` has nothing else to do. */
export interface Signed {
  readonly data: Buffer
  readonly signature: Buffer
}

export function signedOf(token: Buffer): Signed {
  const dot = token.lastIndexOf('.')
  return { data: token.subarray(0, dot), signature: Buffer.from(token.toString('latin1', dot + 1), 'base64url') }
}

/** `node:crypto` alone, which waits for nothing. */
export function bare({ digest, verifying }: Key): {
  readonly name: string
  readonly verify: (signed: Signed) => boolean
} {
  return { name: limitName, verify: ({ data, signature }) => verify(digest, data, verifying, signature) }
}
