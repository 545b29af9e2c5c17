import { whenever } from '../whenever.js'
import type { VerificationKey } from './jwk.js'
import { checkHeader, type HeaderRules, type ParsedJws } from './jws.js'
import type { KeyQuery, KeySource, PickKey } from './key-source.js'
import { invalidToken } from './refusal.js'
import type { Caller } from './request-scope.js'

/**
 * Finds the key of the issuer that made a JWS's signature (RFC 7515 §5.2); at once where that can be said at once.
 *
 * @throws Refusal when the header is not acceptable, or no key of the issuer made it.
 */
export function findSigner(
  jws: ParsedJws,
  rules: HeaderRules,
  keys: KeySource,
  caller: Caller,
): VerificationKey | Promise<VerificationKey> {
  const { alg, kid } = checkHeader(jws.header, rules)
  const query = { alg, kid, scope: caller.scope, signal: caller.signal }
  const pick: PickKey = (among) => firstThatVerifies(jws, alg, among)
  return whenever(keys.find(query), (candidates) => {
    if (candidates.length === 0) throw invalidToken('the issuer has no key for its alg and kid')
    return whenever(pick(candidates), (signer) => signer ?? newerSigner(keys, query, candidates, pick))
  })
}

async function newerSigner(
  keys: KeySource,
  query: KeyQuery,
  tried: readonly VerificationKey[],
  pick: PickKey,
): Promise<VerificationKey> {
  const signer = await keys.findNewer(query, tried, pick)
  if (signer === undefined) throw invalidToken('the signature is wrong')
  return signer
}

function firstThatVerifies(
  jws: ParsedJws,
  alg: string,
  candidates: readonly VerificationKey[],
  at = 0,
): ReturnType<PickKey> {
  const candidate = candidates[at]
  if (candidate === undefined) return undefined
  const verdict = whenever(candidate.checkFor(alg), (check) => check?.(jws.signature, jws.signed) ?? false)
  return whenever(verdict, (isSigner) =>
    isSigner === true ? candidate : firstThatVerifies(jws, alg, candidates, at + 1),
  )
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
