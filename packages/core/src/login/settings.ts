import { memoryStore } from '../cache/memory-store.js'
import type { TokenStore } from '../cache/store.js'
import { aStore } from '../client/option-shapes.js'
import { readResource, readScope } from '../client/request.js'
import { readSettings, type Settings } from '../client/settings.js'
import { type TokenSource, tokenSource } from '../client/source.js'
import type { ServerMetadata } from '../oauth/discovery.js'
import { endpointUrl } from '../oauth/endpoint.js'
import { oidc } from '../profiles/oidc.js'
import type { Profile } from '../profiles/profile.js'
import { safely } from '../safely.js'
import { checkShape } from '../shapes.js'
import { algorithmNames, readAlgorithms } from '../verifier/algorithms.js'
import type { KeySource } from '../verifier/key-source.js'
import { type CookieKind, cookieKinds } from './cookies.js'
import type { TellLogin } from './events.js'
import { sessionGrant } from './grant.js'
import { idTokenKeys } from './id-token-keys.js'
import { checkOptions, readParameters, readSeconds } from './option-checks.js'
import { LoginRecords } from './records.js'
import type { TransactionPlace } from './transaction.js'
import type { LoginOptions, LoginRequest } from './types.js'

/** What a login works with: its options, checked, with every default filled in. */
export interface LoginSettings {
  readonly client: Settings
  readonly source: TokenSource
  readonly issuer: string
  readonly metadata: () => Promise<ServerMetadata>
  readonly redirectUri: URL
  /** This app's own. */
  readonly origin: string
  readonly scope: readonly string[]
  readonly resource: readonly string[]
  readonly defaults: LoginRequest
  readonly parameters: Readonly<Record<string, string>>
  readonly formPost: boolean
  readonly implicit: boolean
  readonly session: CookieKind
  readonly transactions: TransactionPlace
  /** Sessions, and what ends them. */
  readonly records: LoginRecords
  /** Transactions and logout tokens that were used. */
  readonly used: LoginRecords
  /** Seconds. */
  readonly idle: number
  readonly absolute: number
  readonly algorithms: ReadonlySet<string>
  readonly keys: KeySource
  readonly userInfo: boolean
  readonly postLogoutRedirectUri: string | undefined
  readonly idTokenHint: boolean
  readonly onError: LoginOptions['onError']
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Seconds since the epoch. */
  readonly seconds: () => number
  readonly tell: TellLogin
}

/** Options but the verifier, which only requests are shown to. */
export type OwnOptions = Omit<LoginOptions, 'verifier'>

/** Records of the memory that sessions are kept in by default: about three for each. */
const maxRecords = 100_000
/** Records of the one that holds what was used. It is apart: whoever has not logged in must end nobody's session. */
const maxUsed = 10_000

/** @throws TypeError saying which option is wrong, what was expected, and an example. */
export function readLoginSettings(options: OwnOptions): LoginSettings {
  checkOptions(options)
  const { now = Date.now, sessions = {}, responseMode, dangerouslyAllowImplicit = false } = options
  const profile = readProfile(options)
  checkShape('store', options.store, aStore)
  const store = options.store ?? memoryStore({ maxEntries: maxRecords, now: options.now })
  const absolute = readSeconds('sessions.absolute', sessions.absolute ?? 43_200)
  const client = clientSettings(options, profile, endingWithin(absolute, store))
  const { metadata } = client.server
  if (metadata === undefined)
    throw new TypeError(`profile ${profile.name} discovers nothing; expected oidc({ issuer })`)
  const redirectUri = endpointUrl(options.redirectUri, 'redirectUri')
  const formPost = responseMode === 'form_post' || dangerouslyAllowImplicit
  const seconds = (): number => now() / 1000
  const issuer = client.server.placeOf('authorization_code')
  const cookies = cookieKinds(redirectUri, options.cookieName ?? 'session', formPost)
  return {
    client,
    source: tokenSource(client),
    issuer,
    metadata,
    redirectUri,
    origin: redirectUri.origin,
    scope: [...new Set(['openid', ...(readScope(options.scope) ?? [])])],
    resource: readResource(options.resource) ?? [],
    defaults: options,
    parameters: readParameters(options.parameters),
    formPost,
    implicit: dangerouslyAllowImplicit,
    session: cookies.session,
    transactions: { kind: cookies.transaction, parties: [issuer, options.clientId] },
    records: new LoginRecords(store, seconds),
    used: new LoginRecords(options.store ?? memoryStore({ maxEntries: maxUsed, now: options.now }), seconds),
    idle: readSeconds('sessions.idle', sessions.idle ?? 3600),
    absolute,
    algorithms: readAlgorithms(options.idTokenAlgorithms ?? algorithmNames),
    keys: idTokenKeys(issuer, metadata, { fetch: client.fetch, now }),
    userInfo: options.userInfo ?? false,
    postLogoutRedirectUri: options.postLogoutRedirectUri,
    idTokenHint: options.idTokenHint ?? false,
    onError: options.onError,
    now,
    seconds,
    tell: safely(options.onEvent),
  }
}

/** The token client that a login is the beginning of: it exchanges the code, and renews what came of it. */
function clientSettings(options: OwnOptions, profile: Profile, cache: TokenStore): Settings {
  const { endpointOrigins, clientId, clientSecret, clientAuth, fetch, now, timeout } = options
  const asked = { scope: [], grant: sessionGrant('') }
  return readSettings({
    profile,
    endpointOrigins,
    clientId,
    clientSecret,
    clientAuth,
    fetch,
    now,
    timeout,
    cache,
    ...asked,
  })
}

/** A store that keeps no token for longer than a session lasts: of a refresh token nobody else knows the end. */
function endingWithin(absolute: number, store: TokenStore): TokenStore {
  return {
    get: (key) => store.get(key),
    set: (key, token, lifetime = absolute) => store.set(key, token, Math.min(lifetime, absolute)),
    delete: (key) => store.delete(key),
    lock: store.lock?.bind(store),
  }
}

/** The profile, which keeps the ID token beside the others. @throws TypeError */
function readProfile({ profile, issuer }: OwnOptions): Profile {
  if ((profile === undefined) === (issuer === undefined)) {
    throw new TypeError("give either issuer or profile, like { issuer: 'https://as.example.com' }")
  }
  const given = profile ?? oidc({ issuer: issuer ?? '' })
  const { answer } = given
  return { ...given, answer: { ...answer, metadata: { ...answer?.metadata, id_token: 'id_token' } } }
}
