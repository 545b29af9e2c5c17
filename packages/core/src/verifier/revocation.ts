/** What a denylist is told of a token: enough to know a revoked token, session, client or person by. */
export interface RevocationQuery {
  readonly issuer: string
  readonly subject: string | undefined
  readonly clientId: string | undefined
  /** The token's own id, where it has one (RFC 7519 §4.1.7). */
  readonly jti: string | undefined
  /** The session it belongs to, where it says so (OpenID Connect Front-Channel Logout §3). */
  readonly sid: string | undefined
  /** Seconds since the epoch: `iat`. */
  readonly issuedAt: number | undefined
  /** Seconds since the epoch: `exp`. An entry of a denylist is needed no longer. */
  readonly expiresAt: number
}

/** Tells whether a token that is good otherwise was revoked. */
export type IsRevoked = (token: RevocationQuery) => boolean | Promise<boolean>
