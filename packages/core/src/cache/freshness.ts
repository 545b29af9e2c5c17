import type { StoredToken } from './store.js'

/** What decides when a token is renewed. All in seconds. */
export interface Life {
  /** When the request was sent, since the epoch. */
  readonly issuedAt: number
  readonly lifetime: number
  /** How long the request took. */
  readonly duration: number
  /** What the server asked for; an earlier one wins, but not one that would have every call ask again. */
  readonly refreshIn?: number | undefined
  /** From 0 up to 1, drawn once per token, so that many processes do not renew in the same second. */
  readonly random: number
}

/** When to do what, in seconds since the epoch. */
export interface Thresholds {
  readonly renewAt: number
  readonly waitAt: number
  readonly expiresAt: number
}

/**
 * The two thresholds of a token. Both are bounded by its lifetime: a fixed margin would renew a short-lived token on
 * every call.
 */
export function thresholds({ issuedAt, lifetime, duration, refreshIn, random }: Life): Thresholds {
  const hard = Math.min(30, lifetime / 10)
  const soft = Math.min(300, lifetime / 2, Math.max(lifetime / 5, hard + 3 * duration))
  const expiresAt = issuedAt + lifetime
  const jittered = expiresAt - hard - (soft - hard) * (0.75 + 0.25 * random)
  const asked = refreshIn === undefined ? jittered : issuedAt + Math.max(refreshIn, hard)
  return { renewAt: Math.min(jittered, asked), waitAt: expiresAt - hard, expiresAt }
}

/** What to do with a token that is at hand. */
export type Phase =
  /** Serve it. */
  | 'fresh'
  /** Serve it, and renew it without waiting. */
  | 'renew'
  /** Wait for the renewal; if it fails, serve it. */
  | 'wait'
  /** Never serve it. */
  | 'expired'

/**
 * Which phase of its life a token is in.
 *
 * @param now seconds since the epoch, by the wall clock.
 * @param age seconds since its request was sent, by a monotonic clock; `undefined` for a token from elsewhere. When the
 * wall clock was set back, it is what keeps the token from outliving itself.
 */
export function phaseOf(token: StoredToken, now: number, age?: number): Phase {
  const at = Math.max(now, token.issuedAt + Math.max(0, age ?? 0))
  if (at >= token.expiresAt) return 'expired'
  if (at >= token.waitAt) return 'wait'
  return at >= token.renewAt ? 'renew' : 'fresh'
}
