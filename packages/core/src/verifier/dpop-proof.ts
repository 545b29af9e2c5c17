import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import { isJsonObject, type JsonObject, own } from '../json.js'
import { publicHalf } from '../oauth/public-jwk.js'
import { sha256 } from '../sha256.js'
import { checkTimes, numericDate } from './claims.js'
import { proofTarget } from './dpop-target.js'
import { readJwk } from './jwk.js'
import { checkHeader, type HeaderRules, parseJwt } from './jws.js'
import { invalidToken, Refusal } from './refusal.js'
import type { SignatureCheck } from './signature.js'

/** What a proof must be about. */
export interface ExpectedProof {
  /** Thumbprint of the key that the token is bound to. */
  readonly jkt: string
  readonly method: string
  /** The normalised target, once for each origin of this API. */
  readonly targets: readonly string[]
  /** The access token. */
  readonly text: string
}

/** When a proof is fresh, in seconds. */
export interface ProofWindow {
  readonly now: number
  readonly maxAge: number
  readonly tolerance: number
}

/** What a proof says that is good so far. */
export interface CheckedProof {
  readonly jti: string
  /** Seconds since the epoch. */
  readonly iat: number
  readonly nonce: string | undefined
}

/** Characters; an honest proof has some hundred, with an RSA key about two thousand. */
const maxProofLength = 8192
const maxJtiLength = 1024
/** Members that only private and symmetric keys have (RFC 7518 §6). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

/**
 * Checks one DPoP proof (RFC 9449 §4.3) but for its nonce and whether it was used before. The signature comes last:
 * without a token that is bound to the proof's key, nobody makes this API compute one.
 *
 * @throws Refusal `invalid_dpop_proof`
 */
export async function checkProof(
  field: string | undefined,
  expected: ExpectedProof,
  rules: HeaderRules,
  window: ProofWindow,
): Promise<CheckedProof> {
  try {
    const jwt = parseJwt(onlyProof(field))
    const { alg } = checkHeader(jwt.header, rules)
    const check = await proofCheck(own(jwt.header, 'jwk'), alg, expected.jkt)
    const proof = await checkStatement(jwt.claims, expected, window)
    if (await check(jwt.signature, jwt.signed)) return proof
    throw invalidToken('the signature is wrong')
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal('invalid_dpop_proof', `the DPoP proof: ${error.message}`)
    throw error
  }
}

/** Two fields arrive joined by a comma, which no proof holds. */
function onlyProof(field: string | undefined): string {
  if (field === undefined) throw invalidToken('there is none')
  if (field.length > maxProofLength) throw invalidToken(`it is longer than ${maxProofLength} characters`)
  if (field.includes(',')) throw invalidToken('there is more than one')
  return field
}

async function proofCheck(jwk: unknown, alg: string, jkt: string): Promise<SignatureCheck> {
  if (!isJsonObject(jwk)) throw invalidToken('jwk is no JSON object')
  if (secretMembers.some((name) => Object.hasOwn(jwk, name))) throw invalidToken('jwk is no public key')
  const key = readJwk(jwk)
  const material = publicHalf(jwk)
  if (key === undefined || material === undefined || !key.fits(alg)) {
    throw invalidToken('jwk is no strong public key for its alg')
  }
  if ((await calculateJwkThumbprint(material)) !== jkt)
    throw invalidToken('its key is not the one the token is bound to')
  const check = await key.checkFor(alg)
  if (check === undefined) throw invalidToken('jwk cannot be used')
  return check
}

async function checkStatement(claims: JsonObject, expected: ExpectedProof, window: ProofWindow): Promise<CheckedProof> {
  if (own(claims, 'htm') !== expected.method) throw invalidToken('htm is not the method of the request')
  const htu = own(claims, 'htu')
  const target = typeof htu === 'string' ? proofTarget(htu) : undefined
  if (target === undefined || !expected.targets.includes(target))
    throw invalidToken('htu is not the URL of the request')
  const jti = own(claims, 'jti')
  if (typeof jti !== 'string' || jti === '' || jti.length > maxJtiLength) {
    throw invalidToken('jti is no string, or its length is not right')
  }
  const nonce = own(claims, 'nonce')
  if (nonce !== undefined && typeof nonce !== 'string') throw invalidToken('nonce is not a string')
  const iat = checkAge(own(claims, 'iat'), window)
  checkEnds(claims, window)
  if (own(claims, 'ath') !== (await sha256(expected.text))) throw invalidToken('ath is not the hash of the token')
  return { jti, iat, nonce }
}

/** A proof need not say when it ends or begins. What it says holds (RFC 7519 §4.1.4 and §4.1.5). */
function checkEnds(claims: JsonObject, window: ProofWindow): void {
  const exp = numericDate(claims, 'exp') ?? Number.POSITIVE_INFINITY
  checkTimes({ exp, nbf: numericDate(claims, 'nbf'), iat: undefined }, window)
}

function checkAge(iat: unknown, { now, maxAge, tolerance }: ProofWindow): number {
  if (typeof iat !== 'number' || !Number.isFinite(iat)) throw invalidToken('iat is not a finite number')
  if (!(iat <= now + tolerance)) throw invalidToken('it was made in the future (iat)')
  if (!(now < iat + maxAge + tolerance)) throw invalidToken('it is too old (iat)')
  return iat
}
