import type { Match, Profile } from '../profiles/profile.js'
import type { ScopeMapping } from '../scopes/mapping.js'
import type { Introspection } from './introspect.js'
import type { JwkSet } from './jwk-set.js'
import type { ClaimsSchema } from './standard-schema.js'
import type { Tenants } from './tenants.js'
import type { UnknownClaims } from './token-types.js'

/** One authorization server a verifier trusts. */
export interface IssuerOptions<S extends string = string, C extends object = UnknownClaims> {
  /**
   * Compared with `iss` exactly, character by character (RFC 9207 §2.4, RFC 8414 §3.3). With `tenants` it has a hole:
   * `https://login.microsoftonline.com/{tenantid}/v2.0`.
   * @default the profile's, where it knows exactly one; needed otherwise
   */
  readonly issuer?: string | undefined
  /**
   * The tenants that are accepted, for an issuer that has one for each: `allowTenants(['contoso'])`. Needs `jwks` or
   * `metadata`: all tenants share their keys, and no URL is made of a token.
   */
  readonly tenants?: Tenants | undefined
  /** The authorization server's dialect: `typ`, algorithms, where scopes and client id stand. */
  readonly profile?: Profile | undefined
  /** Audiences of which one must be in `aud`. @default the verifier's */
  readonly audience?: string | readonly string[] | undefined
  /** The issuer's keys: a URL, or the set itself. @default found by discovery from `issuer` (RFC 8414, OpenID Connect) */
  readonly jwks?: string | URL | JwkSet | undefined
  /** URL of the issuer's metadata, where they are not at their well-known place. */
  readonly metadata?: string | URL | undefined
  /** Signature algorithms. @default the verifier's */
  readonly algorithms?: readonly string[] | undefined
  /** Accepted `typ` header values. @default the profile's, else `JWT`, `at+jwt` and none */
  readonly typ?: readonly string[] | undefined
  /** Claims that must be there, beside the verifier's. */
  readonly requiredClaims?: readonly string[] | undefined
  /** What claims must hold, beside what the verifier and the profile want: `[{ path: 'token_use', equals: 'access' }]`. */
  readonly require?: readonly Match[] | undefined
  /** Seconds since `iat`. @default the verifier's */
  readonly maxTokenAge?: number | undefined
  /** Describes further claims. @default the verifier's */
  readonly claims?: ClaimsSchema<C> | undefined
  /** How its tokens speak of this API's scopes. */
  readonly scopeMapping?: ScopeMapping<S> | undefined
  /**
   * Makes this the one issuer of opaque tokens, asked by `introspect()` (RFC 7662). Its JWTs are introspected too,
   * unless `jwks` is given beside it.
   */
  readonly introspection?: Introspection | undefined
}

/**
 * Knows the issuers that nobody wrote down: answers with the options of this one, its `issuer` among them, or with
 * nothing for one that is not trusted. The text comes from a token that nobody has verified: look it up, fetch nothing
 * from it.
 *
 * @param signal is aborted when the answer is waited for no longer.
 */
export type FindIssuer<S extends string = string, C extends object = UnknownClaims> = (
  issuer: string,
  signal: AbortSignal,
) => IssuerOptions<S, C> | undefined | null | Promise<IssuerOptions<S, C> | undefined | null>
