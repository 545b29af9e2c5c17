import type Provider from 'oidc-provider'
import type { Backend } from './backend.js'
import type { WireAnswer, WireRequest } from './http.js'
import type { KeyNaming, SigningKey } from './keys.js'
import type { Endpoint } from './recorder.js'

/** The authorization servers that can be started. */
export const profileNames = ['portx', 'portsip', 'passport', 'basicForm', 'aritma'] as const

/** One of the authorization servers that can be started. */
export type ProfileName = (typeof profileNames)[number]

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
export interface DialectPaths {
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
