import { isJsonObject, own } from '../json.js'
import type { ClientAuthentication, ClientAuthMethod } from '../oauth/client-authentication.js'
import { clientSecretBasic, clientSecretPost, none } from '../oauth/client-authentication.js'
import { createDiscovery, type ServerMetadata } from '../oauth/discovery.js'
import { endpointUrl } from '../oauth/endpoint.js'
import { endpointOf, MetadataError } from '../oauth/metadata.js'
import { exchangeUrl } from '../profiles/encode.js'
import { discoveredNames, exchangeOf } from '../profiles/exchanges.js'
import { givenProfile } from '../profiles/given.js'
import { oauth2Data } from '../profiles/oauth2.js'
import { oidcData } from '../profiles/oidc.js'
import type { Exchange, GrantName, Profile } from '../profiles/profile.js'
import { expand } from '../profiles/template.js'
import type { Closing } from './closing.js'
import { type Grant, grantTypes } from './grants/grant.js'
import { clientCredentials } from './grants/standard.js'
import type { TokenClientOptions } from './options.js'
import { originOf } from './origins.js'

/** How one authorization server is spoken to by one client. */
export interface Dialect {
  readonly profile: Profile
  readonly auth: ClientAuthentication
}

/** The authorization server of a client. */
export interface Server {
  readonly method: string
  /** Whether the client's secret may be another one the next time it is asked for. */
  readonly rotates: boolean
  /** What the client goes by unless a call names another grant. */
  readonly grant: Grant
  /** The grant of a call, if it is one that this server is known to take. @throws TypeError */
  readonly accept: (grant: unknown) => Grant
  /** As it is known from the start; what has to be discovered is not filled in. */
  readonly profile: Profile
  /** What tells it apart from others in a cache key: where a grant is sent, or the issuer that knows. */
  readonly placeOf: (grant: GrantName) => string
  readonly dialect: () => Promise<Dialect>
  /** What the server says of itself; unset where nobody asks it. @throws as a discovery does */
  readonly metadata: (() => Promise<ServerMetadata>) | undefined
  /** Origins at which metadata may name endpoints that people are sent to, or requests of this client. */
  readonly origins: ReadonlySet<string>
}

/** What bounds a discovery. */
export interface ServerLimits {
  readonly fetch: typeof globalThis.fetch
  readonly timeout: number
  readonly closing: Closing
}

/** @throws TypeError when it is not exactly one server, or the client cannot speak to it. */
export function readServer(options: TokenClientOptions, limits: ServerLimits): Server {
  const { profile, issuer, tokenEndpoint } = options
  if ([profile, issuer, tokenEndpoint].filter((each) => each !== undefined).length !== 1) {
    throw new TypeError('give exactly one of profile, issuer and tokenEndpoint, like { profile: portx() }')
  }
  const own = profile === undefined ? standardProfile(options) : givenProfile(profile)
  return own.discover === undefined ? known(own, options) : discovered(own, options, limits)
}

function known(profile: Profile, options: TokenClientOptions): Server {
  const accept = (grant: unknown): Grant => acceptedBy(profile, grant)
  const grant = accept(options.grant ?? defaultGrant(profile))
  checkClientId(options, exchangeOf(profile, grant.name), profile)
  const auth = chooseAuth(profile, grant, options)
  checkBasicId(profile, auth, options.clientId ?? '')
  const dialect = { profile, auth }
  const placeOf = (name: GrantName): string => exchangeUrl(exchangeOf(profile, name), profile.variables ?? {}).href
  placeOf(grant.name)
  const nobody = { metadata: undefined, origins: new Set<string>() }
  return { ...traits(auth), ...nobody, grant, accept, profile, placeOf, dialect: async () => dialect }
}

function discovered(profile: Profile, options: TokenClientOptions, limits: ServerLimits): Server {
  const issuer = expand(profile.discover ?? '', profile.variables ?? {}) ?? ''
  const { fetch, timeout, closing } = limits
  // Two requests, which no one call waits for alone: a call that ends must not end them, and close() must.
  const metadata = createDiscovery(issuer, { fetch, timeout, endable: (work) => closing.limit(timeout * 2 + 1, work) })
  const origins = new Set([
    endpointUrl(issuer, 'issuer').origin,
    ...(options.endpointOrigins ?? []).map((origin) => originOf(origin, 'endpointOrigins')),
  ])
  const stand = withVariables(
    profile,
    Object.fromEntries(discoveredNames.map((name) => [name, 'https://unknown.invalid/'])),
  )
  const accept = (grant: unknown): Grant => acceptedBy(stand, grant)
  const grant = accept(options.grant ?? defaultGrant(profile))
  checkClientId(options, exchangeOf(profile, grant.name), profile)
  const first = chooseAuth(profile, grant, options)
  // One for each method: each remembers which of its secrets was refused.
  const auths = new Map([[first.method, first]])
  const dialect = async (): Promise<Dialect> => {
    const found = fromMetadata(profile, await metadata(), first.method, origins)
    const auth = agreedAuth(found, grant, options)
    auths.set(auth.method, auths.get(auth.method) ?? auth)
    return { profile: found, auth: auths.get(auth.method) ?? auth }
  }
  return { ...traits(first), grant, accept, profile, placeOf: () => issuer, dialect, metadata, origins }
}

function traits({ method, next }: ClientAuthentication): Pick<Server, 'method' | 'rotates'> {
  return { method, rotates: next !== undefined }
}

/** `oidc({ issuer })` or `oauth2({ tokenEndpoint })`, by the data alone: a bundle needs no factory for that. */
function standardProfile({ issuer, tokenEndpoint = '' }: TokenClientOptions): Profile {
  if (issuer !== undefined) return withVariables(oidcData, { issuer: String(issuer) })
  return withVariables(oauth2Data, { tokenEndpoint: endpointUrl(tokenEndpoint, 'tokenEndpoint').href })
}

/**
 * Metadata may not send credentials to an origin that nobody named (RFC 9700 §4.4). Any endpoint there but the token
 * endpoint is none to this client; it can do without.
 */
function fromMetadata(
  profile: Profile,
  metadata: ServerMetadata,
  method: string,
  origins: ReadonlySet<string>,
): Profile {
  const tokenEndpoint = endpointOf(metadata, 'token_endpoint', method)
  if (tokenEndpoint === undefined) throw new MetadataError('the metadata name no token_endpoint')
  if (!origins.has(tokenEndpoint.origin)) {
    throw new MetadataError(`the metadata name an endpoint at ${tokenEndpoint.origin}, not listed in endpointOrigins`)
  }
  const named = discoveredNames.map((name) => {
    const url = endpointOf(metadata, name, method)
    return [name, url !== undefined && origins.has(url.origin) ? url.href : undefined]
  })
  const found = withVariables(profile, Object.fromEntries(named))
  const listed: unknown = own(metadata, 'token_endpoint_auth_methods_supported')
  const methods = Array.isArray(listed) ? supported.filter((each) => listed.includes(each)) : []
  return profile.clientAuth !== undefined || methods.length === 0 ? found : { ...found, clientAuth: { methods } }
}

function withVariables(profile: Profile, variables: Readonly<Record<string, string | undefined>>): Profile {
  const filled = Object.entries(variables).map(([name, value]) => [name, value ?? ''])
  return { ...profile, variables: { ...profile.variables, ...Object.fromEntries(filled) } }
}

/** Whoever names a method knows better than the metadata; a mere secret goes by what they list. */
function agreedAuth(profile: Profile, grant: Grant, options: TokenClientOptions): ClientAuthentication {
  if (options.clientAuth !== undefined) return options.clientAuth
  try {
    return chooseAuth(profile, grant, options)
  } catch {
    throw new MetadataError('the metadata list no client authentication that this client was configured for')
  }
}

/** The exchange that begins a login on another device (RFC 8628 §3.1), where the profile has one. */
export function deviceAuthorizationOf({ deviceAuthorization: rule, variables = {} }: Profile): Exchange | undefined {
  return rule !== undefined && expand(rule.url, variables) !== undefined ? rule : undefined
}

function defaultGrant({ name, defaultGrant }: Profile): Grant {
  if (defaultGrant === 'client_credentials') return clientCredentials()
  const example = defaultGrant === 'sign_in' ? ', like signIn({ username, password })' : ''
  throw new TypeError(`profile ${name} needs a grant${example}`)
}

function acceptedBy(profile: Profile, grant: unknown): Grant {
  if (!isGrant(grant)) {
    throw new TypeError('grant must be what clientCredentials(), refreshToken(…), tokenExchange({ … }), … returns')
  }
  exchangeOf(profile, grant.name)
  if (grant.login !== undefined && deviceAuthorizationOf(profile) === undefined) {
    throw new TypeError(
      `profile ${profile.name} names no device authorization endpoint, like oauth2({ tokenEndpoint, deviceAuthorizationEndpoint })`,
    )
  }
  return grant
}

function isGrant(value: unknown): value is Grant {
  if (!isJsonObject(value) || !Object.hasOwn(grantTypes, String(value.name))) return false
  const { name, parameters, identity, refreshing } = value
  if (typeof parameters !== 'function' || typeof identity !== 'function') return false
  return name === 'client_credentials' || isJsonObject(refreshing)
}

function checkClientId({ clientId }: TokenClientOptions, exchange: Exchange, profile: Profile): void {
  const unknownHere = exchange.rename?.client_id === null
  if (clientId === undefined && unknownHere) return
  if (typeof clientId === 'string' && clientId !== '') return
  throw new TypeError(`clientId is missing; profile ${profile.name} needs it, as a string that is not empty`)
}

const supported: readonly ClientAuthMethod[] = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'none',
]

function chooseAuth(profile: Profile, grant: Grant, options: TokenClientOptions): ClientAuthentication {
  const methods = profile.clientAuth?.methods ?? supported
  const { clientAuth, clientSecret } = options
  if (clientAuth !== undefined && clientSecret !== undefined)
    throw new TypeError('give clientSecret or clientAuth, not both')
  if (clientAuth !== undefined) {
    if (typeof clientAuth?.authenticate !== 'function') {
      throw new TypeError('clientAuth is what clientSecretPost(secret), privateKeyJwt(key), … returns')
    }
    if (methods.includes(clientAuth.method)) return clientAuth
    throw new TypeError(`clientAuth is ${clientAuth.method}; profile ${profile.name} takes ${methods.join(', ')}`)
  }
  if (clientSecret !== undefined) return bySecret(profile, methods, clientSecret)
  if (methods.includes('none') && (grant.name !== 'client_credentials' || methods.length === 1)) return none()
  throw new TypeError(`clientSecret is missing; or give clientAuth, one of ${methods.join(', ')}`)
}

function bySecret(
  profile: Profile,
  methods: readonly ClientAuthMethod[],
  secret: NonNullable<TokenClientOptions['clientSecret']>,
): ClientAuthentication {
  const method = methods.find((each) => each === 'client_secret_basic' || each === 'client_secret_post')
  if (method === 'client_secret_basic') return clientSecretBasic(secret)
  if (method === 'client_secret_post') return clientSecretPost(secret)
  throw new TypeError(`profile ${profile.name} takes no clientSecret; it takes ${methods.join(', ')}`)
}

/** Unencoded, an id with a colon would be read as another id and another secret (RFC 7617 §2). */
function checkBasicId(profile: Profile, auth: ClientAuthentication, clientId: string): void {
  const encoding = auth.encoding ?? profile.clientAuth?.basic ?? 'form'
  if (auth.method === 'client_secret_basic' && encoding === 'raw' && clientId.includes(':')) {
    throw new TypeError(
      `clientId has a colon, which profile ${profile.name} cannot send; if its server decodes, use clientSecretBasic(secret, { encoding: 'form' })`,
    )
  }
}
