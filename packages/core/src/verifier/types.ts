import type { StepUp } from '../errors.js'
import type { Match, Profile } from '../profiles/profile.js'
import type { RequestContext } from '../runtime.js'
import type { ScopeCatalogue } from '../scopes/catalogue.js'
import type { ScopeMapping } from '../scopes/mapping.js'
import type { Policy } from '../scopes/policy.js'
import type { ClientCertificate, ClientCertificates } from './certificate.js'
import type { Denylist } from './denylist.js'
import type { DpopProofs } from './dpop.js'
import type { VerifierEvent } from './events.js'
import type { Introspection } from './introspect.js'
import type { IssuerOptions } from './issuer-types.js'
import type { JwkSet } from './jwk-set.js'
import type { PortableKeys } from './key-export.js'
import type { VerifierStatus } from './key-status.js'
import type { LookedUpIssuers } from './look-up-issuers.js'
import type { RequestLike } from './request.js'
import type { ProtectedResource, ResourceMetadata } from './resource-metadata.js'
import type { ClaimsSchema } from './standard-schema.js'
import type { AccessToken, UnknownClaims } from './token-types.js'

/** Options of `createVerifier`. Give `issuer` or `issuers`, not both; what stands beside `issuer` belongs to it. */
export interface VerifierOptions<S extends string = string, C extends object = UnknownClaims> {
  readonly issuer?: string | undefined
  /** Several issuers, or those that a function of yours knows: `lookUpIssuers(async (issuer) => …)`. */
  readonly issuers?:
    | readonly IssuerOptions<NoInfer<S>, NoInfer<C>>[]
    | LookedUpIssuers<NoInfer<S>, NoInfer<C>>
    | undefined
  readonly tenants?: IssuerOptions['tenants']
  readonly profile?: Profile | undefined
  readonly jwks?: string | URL | JwkSet | undefined
  readonly metadata?: string | URL | undefined
  readonly introspection?: Introspection | undefined
  readonly scopeMapping?: ScopeMapping<NoInfer<S>> | undefined
  readonly typ?: readonly string[] | undefined
  /** Claims every token must have, `['sub']` for instance. */
  readonly requiredClaims?: readonly string[] | undefined
  /** What claims must hold, `[{ path: 'token_use', equals: 'access' }]` for instance. */
  readonly require?: readonly Match[] | undefined
  /** Seconds since `iat` after which a token is over, whatever its `exp` says; `iat` is mandatory then. @default no limit */
  readonly maxTokenAge?: number | undefined
  /** Audiences of which one must be in `aud` (RFC 7519 §4.1.3). There is no default and no way around it by accident. */
  readonly audience?: string | readonly string[] | undefined
  /** The signature algorithms accepted (RFC 8725 §3.1). @default RS256, PS256, ES256, their stronger kin, EdDSA */
  readonly algorithms?: readonly string[] | undefined
  /** Seconds by which clocks may differ, 0 to 300, either way. @default 30 */
  readonly clockTolerance?: number | undefined
  /** Hands keys on from process to process: `portableKeys(exported)`. @default they are fetched */
  readonly keys?: PortableKeys | undefined
  /** The API's scopes: types policies and resolves implied scopes and wildcards. */
  readonly scopes?: ScopeCatalogue<S> | undefined
  /**
   * Describes further claims, as a Standard Schema (zod, valibot, arktype). It answers with an object, whose members are
   * put over the claims and frozen. Where it makes instances of classes, which cannot be frozen, it runs for each request;
   * otherwise once for each token.
   */
  readonly claims?: ClaimsSchema<C> | undefined
  /** Named in challenges. @default 'api' */
  readonly realm?: string | undefined
  /**
   * Has challenges name this API's metadata, which {@link Verifier.metadata} describes (RFC 9728):
   * `protectedResource('https://api.example.com')`. It makes no audience; give `audience` as well.
   */
  readonly resource?: ProtectedResource | undefined
  /** URL of the metadata, named in challenges (RFC 9728 §5.1). @default made from `resource`, where that is given */
  readonly resourceMetadata?: string | undefined
  /**
   * Accepted JWTs to remember, so that a second look costs no signature: times, revocation, policy and whether the key is
   * still published are checked every time. `maxBytes` counts about four for each character of a token.
   * @default { maxEntries: 10_000, maxBytes: 64 MiB }
   */
  readonly verifiedTokenCache?:
    | false
    | { readonly maxEntries?: number | undefined; readonly maxBytes?: number | undefined }
    | undefined
  /**
   * Your denylist of tokens, sessions or people, asked about each token at each request, remembered ones too:
   * `denylist(({ jti }) => revoked.has(jti ?? ''))`.
   * @default none is asked
   */
  readonly revocation?: Denylist | undefined
  /**
   * Accepts tokens that are bound to a key, with a proof of it: `dpopProofs({ origin })` (RFC 9449).
   * @default they are refused
   */
  readonly dpop?: DpopProofs | undefined
  /**
   * Accepts tokens that are bound to a certificate of their client: `clientCertificates(peerCertificate)`, or behind a
   * proxy `clientCertificates(certificateHeader('client-cert'))` (RFC 8705 §3).
   * @default they are refused
   */
  readonly mtls?: ClientCertificates | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Milliseconds since the epoch; what is no finite number makes a 503. @default Date.now */
  readonly now?: (() => number) | undefined
  /** Told what happened; never a token or a secret. What it throws is ignored. */
  readonly onEvent?: ((event: VerifierEvent) => void) | undefined
}

/** What one check asks for. */
export interface VerifyOptions<S extends string> {
  /** What the token must be allowed to do; nothing beyond being valid where it is left out. */
  readonly scopes?: Policy<S> | undefined
  /** Ends the wait for keys or an introspection with the signal's reason; others who wait for the same go on. */
  readonly signal?: AbortSignal | undefined
  /** How, or how lately, the token's user must have logged in (RFC 9470). */
  readonly stepUp?: StepUp | undefined
}

/** What the check of a request asks for. */
export interface AuthenticateOptions<S extends string> extends VerifyOptions<S> {
  /** The certificate of the request's client, for tokens that are bound to one: DER, or PEM. Needs the option `mtls`. */
  readonly certificate?: ClientCertificate | undefined
}

/** Verifies access tokens for one API. */
export interface Verifier<S extends string = string, C extends object = UnknownClaims> {
  /**
   * Verifies one access token. One that is bound to a key is refused: its proof is in a request, see `authenticate`.
   *
   * @throws BearerError when it is refused or cannot be verified at the moment.
   */
  verify(token: string, options?: VerifyOptions<S>): Promise<AccessToken<S, C>>
  /**
   * Takes the access token from a request's `Authorization` field (RFC 6750 §2.1) and verifies it. A token that is bound
   * to a key needs its proof in the same request (RFC 9449, RFC 8705), which is good once.
   *
   * @throws BearerError when there is none, or as {@link Verifier.verify}.
   * @throws TypeError for what is no request.
   */
  authenticate(request: RequestLike, options?: AuthenticateOptions<S>): Promise<AccessToken<S, C>>
  /**
   * Checks a token that this verifier accepted before against a policy.
   *
   * @throws BearerError `insufficient_scope`, or `invalid_token` when it has expired since.
   * @throws TypeError for a token of another verifier, a copy, or a policy that is none.
   */
  authorize(token: AccessToken<S, C>, policy: Policy<S>): void
  /**
   * Checks again a token that this verifier accepted before: that it has not expired meanwhile. For whatever outlives a
   * request, a socket for instance.
   *
   * @throws BearerError `invalid_token`; `TypeError` for a token of another origin.
   */
  recheck(token: AccessToken<S, C>): void
  /**
   * Checks that the user of a token that this verifier accepted before logged in the way, or as lately, as this step
   * asks for (RFC 9470).
   *
   * @throws BearerError `insufficient_user_authentication`, or `invalid_token` when the token has expired since.
   * @throws TypeError for a token of another verifier, a copy, or a requirement that asks for nothing.
   */
  stepUp(token: AccessToken<S, C>, requirement: StepUp): void
  /**
   * Fetches the keys of every issuer that has none yet, before the first token comes. It never rejects for an issuer that
   * is down: its status says so.
   *
   * @throws the signal's reason.
   * @example if (!(await verifier.warmUp()).ready) console.warn('some issuers cannot be reached')
   */
  warmUp(options?: { readonly signal?: AbortSignal | undefined }): Promise<VerifierStatus>
  /** Whether tokens of every issuer can be verified at this moment, asking nobody: for a health endpoint. */
  status(): VerifierStatus
  /**
   * This verifier as one request sees it, for runtimes where no request may wait for the promise of another, Cloudflare
   * Workers for instance: keys are refreshed behind the answer by `context.waitUntil`. Memory and tokens are shared.
   *
   * @example await verifier.within(c.executionCtx).authenticate(request)
   */
  within(context: RequestContext): Verifier<S, C>
  /**
   * Describes this API for clients that know nothing but its URL (RFC 9728): the document, and the answer that serves it
   * under `path`.
   *
   * @param more further members, `{ resource_name: 'Accounts' }` for instance, or others than those that are known.
   * @throws TypeError without the option `resource`.
   */
  metadata(more?: Readonly<Record<string, unknown>>): ResourceMetadata
  /** The API's scopes, where they were given. */
  readonly scopes: ScopeCatalogue<S> | undefined
}

/** Any verifier, for generic code: methods compare their parameters both ways, so every verifier fits. */
export type AnyVerifier = Verifier<string, object>

/** The token type of a verifier: `type Token = TokenOf<typeof verifier>`. */
export type TokenOf<V> = V extends Verifier<infer S, infer C> ? AccessToken<S, C> : never

/** The scope names of a catalogue, verifier or token: `type Scope = ScopeOf<typeof scopes>`. */
export type ScopeOf<T> =
  T extends ScopeCatalogue<infer S>
    ? S
    : T extends Verifier<infer S, infer _>
      ? S
      : T extends AccessToken<infer S, infer _>
        ? S
        : never
