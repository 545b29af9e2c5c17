import type { TokenStore } from '../cache/store.js'
import type { TokenSet } from '../client/token-set.js'
import type { AuthError } from '../errors.js'
import type { JsonObject } from '../json.js'
import type { ClientAuthentication, Secret } from '../oauth/client-authentication.js'
import type { Profile } from '../profiles/profile.js'
import type { RequestLike } from '../verifier/request.js'
import type { AccessToken, UnknownClaims } from '../verifier/token-types.js'
import type { AuthenticateOptions, Verifier } from '../verifier/types.js'
import type { LoginEvent } from './events.js'
import type { LoginError } from './login-error.js'

/** How a login is asked for (OpenID Connect Core 1.0 §3.1.2.1). */
export interface LoginRequest {
  /** The APIs the tokens are for, as absolute URIs (RFC 8707 §2). */
  readonly resource?: string | readonly string[] | undefined
  /** `'login'` asks for the password again, `'consent'` for consent, `'none'` for neither. */
  readonly prompt?: string | undefined
  /** Seconds that may have passed since the person logged in; the answer has to prove it. */
  readonly maxAge?: number | undefined
  /** The authentication contexts wished for, the preferred one first. */
  readonly acrValues?: readonly string[] | undefined
  /** Who is going to log in, as far as that is known. */
  readonly loginHint?: string | undefined
}

/** Options of `createLogin`. Give `issuer`, or a `profile` that discovers its endpoints. */
export interface LoginOptions<S extends string = string, C extends object = UnknownClaims> extends LoginRequest {
  /** The authorization server, which publishes metadata (OpenID Connect Discovery). It is compared exactly. */
  readonly issuer?: string | undefined
  /** The authorization server's dialect: `oidc({ issuer })`, or one of your own with `discover`. */
  readonly profile?: Profile | undefined
  /** Origins besides the issuer's own that its metadata may name endpoints at. @default [] */
  readonly endpointOrigins?: readonly string[] | undefined
  readonly clientId: string
  /** Sent by the first way the server knows; for another way give `clientAuth` instead. */
  readonly clientSecret?: Secret | undefined
  readonly clientAuth?: ClientAuthentication | undefined
  /**
   * Where the authorization server sends people back to: `https://app.example/auth/callback`. Its origin is this app's
   * own, whatever a request's `Host` says, and its folder is where `handle` answers.
   */
  readonly redirectUri: string
  /** What to ask for; `openid` is always. @default 'openid' */
  readonly scope?: string | readonly string[] | undefined
  /** Further parameters of the authorization request, by the names the server gives them. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
  /** How the answer comes back: in the URL, or in a form that the server's page posts. @default 'query' */
  readonly responseMode?: 'query' | 'form_post' | undefined
  /**
   * Where sessions and their tokens are kept; one that makes room, as a memory does, ends sessions by that.
   * @default a memory of 100 000 records
   */
  readonly store?: TokenStore | undefined
  /** How long sessions last. */
  readonly sessions?: SessionLifetimes | undefined
  /** What the cookies are called, `__Host-` aside; two logins of one origin need two names. @default 'session' */
  readonly cookieName?: string | undefined
  /** Verifies the access tokens of sessions, so that a session gets the same scopes and answers as a bearer token. */
  readonly verifier?: Verifier<S, C> | undefined
  /** The algorithms an ID token may be signed by. @default every asymmetric one */
  readonly idTokenAlgorithms?: readonly string[] | undefined
  /** Whether to ask for what the server knows about the person besides the ID token. @default false */
  readonly userInfo?: boolean | undefined
  /** Where the authorization server sends people after a logout: a URL of this app that is registered there. */
  readonly postLogoutRedirectUri?: string | undefined
  /**
   * Whether the ID token goes along with a logout, for servers that insist: it is in a URL then, and says who somebody is.
   * @default false
   */
  readonly idTokenHint?: boolean | undefined
  /**
   * Takes tokens from the browser instead of a code, for servers that offer nothing else: `form_post` only, with state,
   * nonce and `at_hash`, and no refresh token.
   * @deprecated RFC 9700 §2.1.2: tokens pass through the browser, where they leak, and are bound to no client.
   * @default false
   */
  readonly dangerouslyAllowImplicit?: boolean | undefined
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined
  /** Seconds a request to the authorization server may take, above 0 and at most 300. @default 10 */
  readonly timeout?: number | undefined
  /**
   * Answers a person in place of {@link LoginError.toResponse}, with a page of this app. What that sends besides, to end
   * cookies for instance, is sent with the page.
   */
  readonly onError?: ((error: LoginError, request: Request) => Response | Promise<Response>) | undefined
  /** Told what happened; never a token or a secret. What it throws is ignored. */
  readonly onEvent?: ((event: LoginEvent) => void) | undefined
}

/** How long sessions last, whatever their tokens do. */
export interface SessionLifetimes {
  /** Seconds after the last request. @default 3600 */
  readonly idle?: number | undefined
  /** Seconds after the login. @default 43 200, 12 hours */
  readonly absolute?: number | undefined
}

/** What one login asks for, instead of what `createLogin` was told. */
export interface StartOptions extends LoginRequest {
  /** Where the person goes afterwards: a path of this app. @default '/' */
  readonly returnTo?: string | undefined
  /** What to ask for besides what is asked for anyway, and what the person's session was asked for. */
  readonly scope?: string | readonly string[] | undefined
}

/** A person who has logged in. Printed, inspected or serialised, it shows no token. */
export interface Session {
  readonly issuer: string
  /** Who it is, at that issuer. */
  readonly subject: string
  /** What the ID token said, and where it was asked for, UserInfo; a frozen copy. */
  readonly claims: JsonObject
  /** The scopes its access token has, as far as the server said. */
  readonly scopes: readonly string[]
  /** How the person logged in, where the server said. */
  readonly acr: string | undefined
  /** When the person gave a password or the like, in seconds since the epoch; where the server said. */
  readonly authenticatedAt: number | undefined
  /** Seconds since the epoch. */
  readonly createdAt: number
  /** When it ends unless another request comes, in seconds since the epoch. */
  readonly idleUntil: number
  /** When it ends in any case, in seconds since the epoch. */
  readonly expiresAt: number
  /**
   * A live access token, renewed where it is due: once, however many ask, in however many processes.
   *
   * @throws TokenRequestError; with `invalid_grant` the session is over.
   */
  readonly getToken: (options?: SessionTokenOptions) => Promise<TokenSet>
  readonly toJSON: () => JsonObject
}

/** How a session's token is wanted. */
export interface SessionTokenOptions {
  readonly signal?: AbortSignal | undefined
  /** Whether a live token will not do. At most one renewal in 10 s is forced. */
  readonly forceRefresh?: boolean | undefined
}

/** What a logout ends. */
export interface LogoutOptions {
  /** Every session of this person, in every browser. @default false */
  readonly everywhere?: boolean | undefined
}

/** Logs people in and out, and knows who is logged in. */
export interface Login<S extends string = string, C extends object = UnknownClaims> {
  /**
   * Begins a login (RFC 6749 §4.1.1, RFC 7636, RFC 9126): a redirect to the authorization server.
   *
   * @throws LoginError `invalid_request` for a return target elsewhere; when the server cannot be reached or refuses.
   */
  start(request: RequestLike, options?: StartOptions): Promise<Response>
  /**
   * Ends a login (RFC 6749 §4.1.2, RFC 9207, OpenID Connect Core 1.0 §3.1.3.7): a redirect to where the person wanted to
   * go, with a new session.
   *
   * @throws LoginError
   */
  callback(request: Request): Promise<Response>
  /**
   * Who is logged in, if anybody is. For a request that can change something, a session counts only if a page of this app
   * sent it.
   *
   * @throws LoginError `temporarily_unavailable` when the store is away.
   */
  session(request: RequestLike): Promise<Session | undefined>
  /**
   * As `session`, for what is nobody's business without one.
   *
   * @throws BearerError `missing_token`, which `answer` makes a redirect of where a page is loaded;
   * `temporarily_unavailable` when the store is away.
   */
  requireSession(request: RequestLike): Promise<Session>
  /**
   * The access token of a request: from its `Authorization` field, else from its session. Scopes, step-up and every
   * refusal are the same for both.
   *
   * @throws BearerError
   * @throws TypeError without the option `verifier`.
   */
  authenticate(request: RequestLike, options?: AuthenticateOptions<S>): Promise<AccessToken<S, C>>
  /**
   * The option `verifier` with this `authenticate`: for adapters, whose middlewares, guards and procedures then take
   * sessions as well as tokens.
   *
   * @throws TypeError without the option `verifier`.
   */
  readonly verifier: Verifier<S, C>
  /** Where the authorization server sends people back to, as configured. */
  readonly redirectUri: string
  /**
   * Answers a request that was refused. Whoever loads a page and has no session, or one that is not strong enough, is sent
   * to log in, or told by `onError` why that is not possible; everybody else gets the error's own answer.
   */
  answer(request: RequestLike, error: AuthError): Promise<Response>
  /**
   * Logs out, here and at the authorization server where it offers that (OpenID Connect RP-Initiated Logout 1.0). By POST
   * from a page of this app only.
   *
   * @throws LoginError `method_not_allowed`, `cross_site_request`
   */
  logout(request: RequestLike, options?: LogoutOptions): Promise<Response>
  /**
   * Ends the sessions that a logout token names (OpenID Connect Back-Channel Logout 1.0).
   *
   * @throws LoginError
   */
  backChannelLogout(request: Request): Promise<Response>
  /**
   * Answers what is under the folder of the redirect URI: `login`, `logout`, `backchannel-logout` and the redirect URI
   * itself; `undefined` for anything else. It never throws a LoginError.
   */
  handle(request: Request): Promise<Response | undefined>
}
