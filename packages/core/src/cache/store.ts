import { isJsonObject, type JsonObject } from '../json.js'
import { isRefreshToken, isSendable } from '../oauth/token-answer.js'

/**
 * A token as a store keeps it: plain JSON, and a secret as a whole. Points in time are seconds since the epoch.
 */
export interface StoredToken {
  readonly accessToken: string
  readonly tokenType: string
  readonly expiresAt: number
  /** When its request was sent: what its lifetime is counted from. */
  readonly issuedAt: number
  /** From when on it is renewed behind the caller's back. */
  readonly renewAt: number
  /** From when on a caller waits for the renewal. */
  readonly waitAt: number
  readonly scope?: string | undefined
  readonly refreshToken?: string | undefined
  readonly metadata: JsonObject
}

/**
 * Where tokens are kept. Implement it to share them between processes; {@link memoryStore} is the default.
 *
 * Keys are long strings that may hold names of clients and scopes but no secret; hash them where they leave the process.
 * Values are secrets: encrypt them where they leave the process. What a method throws or rejects with counts as a miss, and
 * so does an answer that takes longer than 250 ms; a refresh token that the client was given is not sent meanwhile, as its
 * successor may be here.
 */
export interface TokenStore {
  readonly get: (key: string) => Promise<StoredToken | undefined> | StoredToken | undefined
  /**
   * Replaces the record of a key.
   *
   * @param lifetime seconds after which the record may be forgotten; `undefined` for one that holds a refresh token,
   * whose end nobody knows.
   */
  readonly set: (key: string, token: StoredToken, lifetime: number | undefined) => Promise<void> | void
  /** A key that is not there is no failure. */
  readonly delete: (key: string) => Promise<void> | void
  /**
   * Keeps other processes from renewing the token of a key. A store without it lets each renew for itself, which costs
   * requests, and with a refresh token that rotates the session.
   *
   * @param lifetime seconds after which the lock ends by itself, so that a process that died holds nobody up.
   * @returns the lock, or `undefined` when somebody else holds it. It rejects when that cannot be told.
   */
  readonly lock?: ((key: string, lifetime: number) => Promise<StoreLock | undefined>) | undefined
}

/** A lock that is held. */
export interface StoreLock {
  /** Ends it, if it is still this one that is held: whoever got it after its lifetime keeps theirs. */
  readonly release: () => Promise<void>
}

/**
 * Whether what a store returned is a record: it may have been written by another version, or by somebody else, who would
 * put more into a header than a token.
 */
export function isStoredToken(value: unknown): value is StoredToken {
  if (!isJsonObject(value)) return false
  const { accessToken, tokenType, expiresAt, issuedAt, renewAt, waitAt, scope, refreshToken, metadata } = value
  return (
    [accessToken, tokenType].every(isSendable) &&
    [expiresAt, issuedAt, renewAt, waitAt].every(Number.isFinite) &&
    (scope === undefined || typeof scope === 'string') &&
    (refreshToken === undefined || isRefreshToken(refreshToken)) &&
    isJsonObject(metadata)
  )
}
