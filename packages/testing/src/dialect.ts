import type Provider from 'oidc-provider'
import type { AccessToken, AdapterFactory, Client, ClientCredentials } from 'oidc-provider'
import type { Registry, TestUser } from './credentials.js'
import type { Exchange, ProviderAnswer } from './exchange.js'
import type { WireAnswer, WireRequest } from './http.js'
import type { KeyNaming, KeyRing, SigningKey } from './keys.js'
import type { ProfileName } from './profiles.js'
import type { Endpoint } from './recorder.js'

/** Claims of a token in the making. */
export type TokenClaims = Readonly<Record<string, unknown>>

/** What a path answers. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the doorway; a pattern's first group is handed to `handle`. */
  readonly path: string | RegExp
  readonly endpoint: Endpoint | ((request: WireRequest) => Endpoint)
  handle(request: WireRequest, parameter: string): Promise<WireAnswer>
}

/** Paths below the issuer. */
interface DialectPaths {
  /** What the profile's base URL adds to the issuer. */
  readonly base: string
  readonly token: string
  readonly jwks: string
  readonly introspection: string
  readonly revocation: string
}

/** How one provider speaks, and what it grants. Everything else is oidc-provider's. */
export interface Dialect {
  readonly name: ProfileName
  readonly tokens: 'jwt' | 'opaque'
  /** Seconds, as documented. */
  readonly lifetime: number
  readonly paths: DialectPaths
  readonly clientIds: { readonly client: string; readonly limitedClient: string }
  readonly scopes: { readonly full: readonly string[]; readonly limited: readonly string[] }
  readonly keyNaming: KeyNaming
  readonly rotateRefreshToken: boolean
  /** The header of its JWTs beside `alg` and `kid`. */
  readonly header: (key: SigningKey) => TokenClaims
  /** Its selection and shape of the claims that RFC 9068 would have. */
  readonly claims: (claims: TokenClaims) => TokenClaims
  /** How a client may show who it is at the token endpoint, as the metadata tells (RFC 8414 §2). */
  readonly clientAuth: readonly string[]
  /** What its clients may use beside client credentials. */
  readonly grants: readonly ('password' | 'sign_in' | 'refresh_token')[]
  /** Registers the grants that oidc-provider does not bring along. */
  readonly register: (provider: Provider, backend: Backend) => void
  readonly routes: (backend: Backend) => readonly Route[]
  /** Its way to say that there is no such path or method. */
  readonly refuse: (status: number, message: string, request: WireRequest) => WireAnswer
}

/** A client that proves itself by signing (RFC 7523). */
export interface AssertionClient {
  readonly clientId: string
  readonly key: SigningKey
}

/** What oidc-provider is set up with. */
export interface BackendSettings {
  readonly issuer: string
  readonly audience: string
  readonly keys: KeyRing
  readonly store: AdapterFactory
  readonly registry: Registry
  readonly users: ReadonlyMap<string, TestUser>
  readonly assertionClient?: AssertionClient | undefined
  /** Lifetime of tokens issued from now on, in seconds. */
  readonly state: { lifetime: number }
}

/** A token that is known and has not been revoked, expired or not. */
export type StoredToken = AccessToken | ClientCredentials

/** The authorization server behind a doorway: oidc-provider, and what it does not remember by itself. */
export interface Backend extends BackendSettings {
  readonly dialect: Dialect
  readonly provider: Provider
  readonly exchange: Exchange
  /** Asks oidc-provider for a token. */
  token(parameters: Readonly<Record<string, string>>, authorization?: string): Promise<ProviderAnswer>
  client(clientId: string): Promise<Client>
  /** The name under which oidc-provider knows a token; one that cannot exist when it was never issued. */
  handle(token: string): string
  /** Lets introspection answer for a token that oidc-provider did not hand out itself, and with other members. */
  remember(token: string, handle: string, bent?: TokenClaims): void
  bent(token: string): TokenClaims
  find(token: string): Promise<StoredToken | undefined>
  /** Sets oidc-provider up again with the keys that are in the ring now. */
  rebuild(): void
}
