/** A public key as RFC 7517 writes it. */
export interface Jwk {
  readonly kty?: string | undefined
  readonly kid?: string | undefined
  readonly [member: string]: unknown
}

/** A JWK Set (RFC 7517 §5). */
export interface JwkSet {
  readonly keys: readonly Jwk[]
}
