import { checkLifetime } from '../options.js'

/** How to start a {@link startLoginServer | login server}. */
export interface LoginServerOptions {
  /** `aud` of its access tokens, and the `resource` a client asks for (RFC 8707): a URI. @default https://api.example.test */
  readonly audience?: string | undefined
  /** Seconds that access tokens live, a whole number above 0. @default 3600 */
  readonly lifetime?: number | undefined
  /** The scopes of the API, each with what it means in words. @default the eight of the Accounts API */
  readonly scopes?: Readonly<Record<string, string>> | undefined
  /** The host in its issuer; it listens on 127.0.0.1 either way. @default 127.0.0.1 */
  readonly host?: '127.0.0.1' | 'localhost' | undefined
  /** The port. @default any free one */
  readonly port?: number | undefined
  /** Whether it takes pushed authorization requests (RFC 9126). @default true */
  readonly pushedAuthorizationRequests?: boolean | undefined
  /** Whether each use of a refresh token yields a new one and ends the old one. @default true */
  readonly rotateRefreshTokens?: boolean | undefined
}

/** Options with their defaults. */
export type LoginSettings = { readonly [K in keyof LoginServerOptions]-?: NonNullable<LoginServerOptions[K]> }

const scopesByDefault: Readonly<Record<string, string>> = {
  'accounts:read': 'Read account information',
  'accounts:write': 'Create and modify accounts',
  'transactions:read': 'View transaction history',
  'transactions:write': 'Create transactions',
  'parties:read': 'Read party (customer) data',
  'parties:write': 'Create and modify parties',
  'cards:read': 'View card information',
  'cards:write': 'Issue and manage cards',
}

/** @throws TypeError when an option is wrong. */
export function checkLoginOptions(options: LoginServerOptions): LoginSettings {
  const {
    audience = 'https://api.example.test',
    lifetime = 3600,
    scopes = scopesByDefault,
    host = '127.0.0.1',
  } = options
  if (!URL.canParse(audience)) throw new TypeError("audience must be a URI, such as 'https://api.example.test'")
  if (host !== '127.0.0.1' && host !== 'localhost') throw new TypeError("host must be '127.0.0.1' or 'localhost'")
  if (Object.keys(scopes).length === 0) throw new TypeError("scopes must name at least one, such as 'accounts:read'")
  return {
    audience,
    lifetime: checkLifetime(lifetime),
    scopes,
    host,
    port: options.port ?? 0,
    pushedAuthorizationRequests: options.pushedAuthorizationRequests ?? true,
    rotateRefreshTokens: options.rotateRefreshTokens ?? true,
  }
}

/** A client whose people are to log in. */
export interface LoginClientOptions {
  /** Where people come back to, exactly. */
  readonly redirectUri: string
  /** Where they come back to from logging out. @default nowhere */
  readonly postLogoutRedirectUri?: string | undefined
  /** Where the end of a login is reported (OpenID Connect Back-Channel Logout 1.0). @default nowhere */
  readonly backChannelLogoutUri?: string | undefined
  /** What the pages call it. @default its id */
  readonly name?: string | undefined
  /** Whether its ID tokens say when and how somebody logged in (`auth_time`, `acr`) without being asked. @default false */
  readonly tellLogin?: boolean | undefined
  /** @default random */
  readonly clientId?: string | undefined
  /** How it shows who it is at the token endpoint. @default client_secret_basic */
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post' | 'none' | undefined
}
