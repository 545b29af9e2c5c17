import { isPromise } from '../is-promise.js'
import type { VerificationKey } from './jwk.js'
import { checkHeader, type HeaderRules, type SignedParts } from './jws.js'
import type { KeyQuery, KeySource, PickKey } from './key-source.js'
import { invalidToken } from './refusal.js'
import type { Caller } from './request-scope.js'

/**
 * Finds the key of the issuer that made a JWS's signature (RFC 7515 §5.2); at once where that can be said at once.
 *
 * @throws Refusal when the header is not acceptable, or no key of the issuer made it.
 */
export function findSigner(
  jws: SignedParts,
  rules: HeaderRules,
  keys: KeySource,
  { scope, signal }: Caller,
): VerificationKey | Promise<VerificationKey> {
  const { alg, kid } = checkHeader(jws.header, rules)
  const query = { alg, kid, scope, signal }
  const candidates = keys.find(query)
  return isPromise(candidates)
    ? candidates.then((fetched) => signerAmong(fetched, jws, keys, query))
    : signerAmong(candidates, jws, keys, query)
}

function signerAmong(
  candidates: readonly VerificationKey[],
  jws: SignedParts,
  keys: KeySource,
  query: KeyQuery,
): VerificationKey | Promise<VerificationKey> {
  if (candidates.length === 0) throw invalidToken('the issuer has no key for its alg and kid')
  const signer = firstThatVerifies(jws, query.alg, candidates)
  return signer === undefined || isPromise(signer) ? orNewer(signer, candidates, jws, keys, query) : signer
}

/** An issuer may have put new material under an old `kid`, which its newer keys would tell. */
async function orNewer(
  known: ReturnType<PickKey>,
  tried: readonly VerificationKey[],
  jws: SignedParts,
  keys: KeySource,
  query: KeyQuery,
): Promise<VerificationKey> {
  const pick: PickKey = (among) => firstThatVerifies(jws, query.alg, among)
  const signer = (await known) ?? (await keys.findNewer(query, tried, pick))
  if (signer === undefined) throw invalidToken('the signature is wrong')
  return signer
}

function firstThatVerifies(
  jws: SignedParts,
  alg: string,
  candidates: readonly VerificationKey[],
  at = 0,
): ReturnType<PickKey> {
  const candidate = candidates[at]
  if (candidate === undefined) return undefined
  const verdict = verdictOf(candidate, alg, jws)
  // Anything but a plain yes is a no.
  const decide = (isSigner: unknown): ReturnType<PickKey> =>
    isSigner === true ? candidate : firstThatVerifies(jws, alg, candidates, at + 1)
  return isPromise(verdict) ? verdict.then(decide) : decide(verdict)
}

function verdictOf(key: VerificationKey, alg: string, { signature, signed }: SignedParts): boolean | Promise<boolean> {
  const check = key.checkFor(alg)
  return isPromise(check)
    ? check.then((prepared) => prepared?.(signature, signed) ?? false)
    : (check?.(signature, signed) ?? false)
}

/**
 * Whether a token is a JWT or JWE, or was meant to be one: what stands before its first dot is base64url of a text that
 * begins with a brace. Looser than parsing on purpose, because nothing of the kind may be shown to a server that it was
 * not made for.
 */
export function looksLikeJwt(token: string): boolean {
  const dot = token.indexOf('.')
  if (dot === -1) return false
  const base64 = token.slice(0, dot).replaceAll('-', '+').replaceAll('_', '/')
  // One character beyond a multiple of four holds no byte, and `atob` would throw at it.
  const whole = base64.length % 4 === 1 ? base64.slice(0, -1) : base64
  return /^[A-Za-z0-9+/]+$/.test(whole) && /^(?:\xef\xbb\xbf)?[ \t\r\n]*\{/.test(atob(whole))
}
