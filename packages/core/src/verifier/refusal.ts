import type { BearerErrorCode } from '../errors.js'

/**
 * Why a token is refused, thrown inside the verifier and turned into a `BearerError` at its edge, which alone knows the
 * realm. The reason is for logs: it holds no token.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: BearerErrorCode
  /** Seconds. */
  readonly retryAfter: number | undefined
  /** For `use_dpop_nonce`. */
  readonly dpopNonce: string | undefined

  constructor(code: BearerErrorCode, reason: string, retryAfter?: number, dpopNonce?: string) {
    super(reason)
    this.code = code
    this.retryAfter = retryAfter
    this.dpopNonce = dpopNonce
  }
}

/** The token is not one this API accepts. */
export function invalidToken(reason: string): Refusal {
  return new Refusal('invalid_token', reason)
}

/** Nobody can say at the moment whether the token is good (RFC 9110 §15.6.4). */
export function unavailable(reason: string, retryAfter: number): Refusal {
  return new Refusal('temporarily_unavailable', reason, Math.max(1, Math.ceil(retryAfter)))
}

/** Longer than any honest issuer, audience, algorithm or type worth reading in a log. */
const maxShown = 100

/** A value from a token as a log may show it: short, on one line, nothing but printable ASCII. */
export function shown(value: unknown): string {
  if (typeof value !== 'string') return value === undefined ? 'missing' : 'not a string'
  const text = value.length > maxShown ? `${value.slice(0, maxShown)}...` : value
  return `'${text.replace(/[^\x20-\x7e]/g, '?')}'`
}
