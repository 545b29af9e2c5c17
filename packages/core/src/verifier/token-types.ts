/** Claims that nobody described: every member is `unknown`. */
export type UnknownClaims = Readonly<Record<string, unknown>>

/**
 * The claims every accepted token has (RFC 7519 §4.1), checked.
 *
 * An alias, not an interface: only an alias has the implicit index signature that {@link UnknownClaims} asks for.
 */
export type RegisteredClaims = {
  readonly iss: string
  /** Seconds since the epoch. */
  readonly exp: number
  readonly aud: string | readonly string[]
  readonly sub?: string
  readonly iat?: number
  readonly nbf?: number
  readonly jti?: string
}

/** Registered claims with those a schema describes put over them. */
export type Claims<C extends object> = Readonly<
  string extends keyof C ? RegisteredClaims & C : Omit<RegisteredClaims, keyof C> & C
>

/** A verified access token: what it says, never the token itself, so that it can be logged. */
export interface AccessToken<S extends string = string, C extends object = UnknownClaims> {
  readonly issuer: string
  /** `sub`; tokens of a client rather than a person often have none. */
  readonly subject: string | undefined
  readonly clientId: string | undefined
  /** Seconds since the epoch: `exp`, or sooner where `maxTokenAge` ends it. */
  readonly expiresAt: number
  /** What it may do on this API: mapped and expanded. */
  readonly scopes: readonly S[]
  /** The payload, or the introspection answer. */
  readonly claims: Claims<C>
}
