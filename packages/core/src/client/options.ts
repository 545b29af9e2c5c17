import type { TokenStore } from '../cache/store.js'
import type { ClientAuthentication, Secret } from '../oauth/client-authentication.js'
import type { Profile } from '../profiles/profile.js'
import type { ApiAnswer } from './api-answer.js'
import type { Dpop } from './dpop.js'
import type { Tell } from './events.js'
import type { Grant } from './grants/grant.js'

/** Options of `createTokenClient`. Give exactly one of `profile`, `issuer` and `tokenEndpoint`. */
export interface TokenClientOptions {
  /** The authorization server's dialect: `portx()`, `portsip({ host })`, `defineProfile(data)()`, … */
  readonly profile?: Profile | undefined
  /** An authorization server that publishes metadata (RFC 8414, OpenID Connect Discovery): short for `profile: oidc({ issuer })`. */
  readonly issuer?: string | undefined
  /** The token endpoint of a server that keeps to RFC 6749. */
  readonly tokenEndpoint?: string | URL | undefined
  /** Origins besides the issuer's own that its metadata may send credentials to. @default [] */
  readonly endpointOrigins?: readonly string[] | undefined
  /** Not needed where the profile knows no client, PortSIP's for instance. */
  readonly clientId?: string | undefined
  /** Sent by the first way the profile knows; for another way give `clientAuth` instead. */
  readonly clientSecret?: Secret | undefined
  readonly clientAuth?: ClientAuthentication | undefined
  /** How to come by a token. @default the profile's, else `clientCredentials()` */
  readonly grant?: Grant | undefined
  /** What to ask for, separated by spaces or as a list (RFC 6749 §3.3). @default the profile's, else nothing */
  readonly scope?: string | readonly string[] | undefined
  /** The APIs the token is for, as absolute URIs (RFC 8707 §2). */
  readonly resource?: string | readonly string[] | undefined
  /** The API the token is for, for servers that call it so. */
  readonly audience?: string | undefined
  /** Further parameters of the token request, by the names the server gives them. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
  /** Binds the tokens to a key (RFC 9449): `dpop()`. @default they are bound to none */
  readonly dpop?: Dpop | undefined
  /** Where tokens are kept. One that fails, or takes longer than 250 ms, counts as empty. @default memoryStore() */
  readonly cache?: TokenStore | undefined
  /** Origins `fetch` may send the token to. @default the origin of the profile's API, where it names one */
  readonly allowedOrigins?: readonly string[] | undefined
  /**
   * Whether an API that does not answer 401 means one, in an error inside a 200 for instance. Asked of every answer that
   * `fetch` gets and could try again; what it throws, `fetch` throws. @default no answer but a 401 does
   */
  readonly isAuthenticationFailure?: ((answer: ApiAnswer) => boolean | Promise<boolean>) | undefined
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined
  /** Seconds a request to the authorization server may take, above 0 and at most 300. @default 10 */
  readonly timeout?: number | undefined
  /** Told what happens inside, never with a secret. What it throws, or rejects with, is ignored. */
  readonly onEvent?: Tell | undefined
}

/** What `getHeaders` is asked for: a token, and where it is to be sent. */
export interface HeadersOptions extends TokenRequestOptions {
  /** Where the request goes, whole. It must be in `allowedOrigins`; with `dpop` it must be given. */
  readonly url?: string | URL | undefined
  /** The method of the request. @default 'GET' */
  readonly method?: string | undefined
  /** The `DPoP-Nonce` of an answer to an earlier request to this server (RFC 9449 §9). It is remembered. */
  readonly dpopNonce?: string | null | undefined
}

/** What a call may ask for instead of what the client was created with. */
export interface TokenRequestOptions {
  readonly scope?: string | readonly string[] | undefined
  readonly resource?: string | readonly string[] | undefined
  /**
   * Another way to come by a token, for whoever this call is made for: `tokenExchange({ subjectToken })` in an API that
   * calls another one. Tokens and failures are kept by whom they are for. @default the client's
   */
  readonly grant?: Grant | undefined
  /** Ends this caller's waiting, for the store as well; the request goes on for the others. */
  readonly signal?: AbortSignal | undefined
  /**
   * Asks for a new token though the one at hand is live; at most once in 10 s. If there is none, the live one is served.
   * @default false
   */
  readonly forceRefresh?: boolean | undefined
}
