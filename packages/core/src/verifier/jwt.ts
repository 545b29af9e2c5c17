import type { VerificationKey } from './jwk.js'
import { checkHeader, type HeaderRules, type ParsedJws } from './jws.js'
import type { KeySource, PickKey } from './key-source.js'
import { invalidToken } from './refusal.js'
import type { Caller } from './request-scope.js'

/**
 * Finds the key of the issuer that made a JWS's signature (RFC 7515 §5.2).
 *
 * @throws Refusal when the header is not acceptable, or no key of the issuer made it.
 */
export async function findSigner(
  jws: ParsedJws,
  rules: HeaderRules,
  keys: KeySource,
  caller: Caller,
): Promise<VerificationKey> {
  const { alg, kid } = checkHeader(jws.header, rules)
  const query = { alg, kid, ...caller }
  const pick: PickKey = (among) => firstThatVerifies(jws, alg, among)
  const found = keys.find(query)
  const candidates = found instanceof Promise ? await found : found
  if (candidates.length === 0) throw invalidToken('the issuer has no key for its alg and kid')
  const signer = (await pick(candidates)) ?? (await keys.findNewer(query, candidates, pick))
  if (signer === undefined) throw invalidToken('the signature is wrong')
  return signer
}

async function firstThatVerifies(
  { signature, signed }: ParsedJws,
  alg: string,
  candidates: readonly VerificationKey[],
): Promise<VerificationKey | undefined> {
  for (const candidate of candidates) {
    const prepared = candidate.checkFor(alg)
    const check = prepared instanceof Promise ? await prepared : prepared
    const verdict = check?.(signature, signed) ?? false
    if (verdict instanceof Promise ? await verdict : verdict) return candidate
  }
  return undefined
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
