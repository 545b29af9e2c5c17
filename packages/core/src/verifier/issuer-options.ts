import { isJsonObject } from '../json.js'
import { createDiscovery } from '../oauth/discovery.js'
import { endpointUrl } from '../oauth/endpoint.js'
import type { ScopeMapping } from '../scopes/mapping.js'
import { algorithmNames, readAlgorithms } from './algorithms.js'
import type { VerifierEvent } from './events.js'
import type { Introspection } from './introspect.js'
import { fetchJwks } from './jwks.js'
import { mediaType } from './jws.js'
import { type KeySource, staticKeys } from './key-source.js'
import { checkMapping, checkNames, isNonEmptyString, nonEmptyList } from './option-checks.js'
import { type ProfileRules, readProfileRules } from './profile-rules.js'
import { remoteKeys } from './remote-keys.js'
import type { IssuerRules } from './rules.js'
import type { IssuerOptions } from './types.js'

/** What every issuer of a verifier shares. */
interface Shared {
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
  /** Whether the API has this scope. */
  readonly knows: (scope: string) => boolean
}

/** What an issuer takes from its verifier where it says nothing itself. */
type Defaults = Pick<IssuerOptions, 'audience' | 'algorithms'>

const names = ['issuer', 'profile', 'audience', 'jwks', 'algorithms', 'typ', 'scopeMapping', 'introspection'] as const

const defaultTypes = ['JWT', 'at+jwt'] as const

/** Checks the options of one issuer. @throws TypeError */
export function readIssuer(options: IssuerOptions, defaults: Defaults, shared: Shared): IssuerRules {
  checkNames(options, names, 'an issuer')
  const profile = readProfileRules(options.profile)
  const issuer = firstGiven(options.issuer, profile.issuer)
  if (!isNonEmptyString(issuer)) {
    throw new TypeError("createVerifier needs an issuer: { issuer: 'https://as.example.com', audience: … }")
  }
  const audience = firstGiven<string | readonly string[]>(options.audience, defaults.audience, profile.audience)
  const audiences = nonEmptyList(audience, 'audience', "'https://api.example.com'")
  const introspection = readIntrospection(options.introspection, profile, issuer)
  const typ = firstGiven(options.typ, profile.typ)
  const algorithms = firstGiven(options.algorithms, defaults.algorithms, profile.algorithms, algorithmNames)
  return {
    issuer,
    audience: audiences,
    audienceClaim: profile.audienceClaim ?? 'aud',
    algorithms: readAlgorithms(algorithms),
    typ: new Set(nonEmptyList(firstGiven<readonly string[]>(typ, defaultTypes), 'typ', "['at+jwt']").map(mediaType)),
    untyped: typ === undefined,
    clientId: profile.clientId ?? ['client_id', 'azp'],
    subjectRequired: profile.subject === 'required',
    require: profile.require ?? [],
    scopeMapping: readMapping(options.scopeMapping, profile, shared.knows),
    keys: readKeys(issuer, firstGiven(options.jwks, profile.jwks), introspection !== undefined, shared),
    introspector: introspection?.connect({
      issuer,
      audience: audiences,
      profile,
      keys: (jwks) => keysOf(issuer, jwks, shared),
      ...shared,
    }),
  }
}

/** What is `null` is given too: it is a mistake, and no reason to fall back on a default. */
function firstGiven<T>(...values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined)
}

function readIntrospection(
  introspection: Introspection | undefined,
  profile: ProfileRules,
  issuer: string,
): Introspection | undefined {
  if (introspection === undefined && profile.tokens === 'opaque') {
    throw new TypeError(
      `the tokens of ${issuer} are opaque (profile ${profile.name}): introspection is needed, introspect({ … })`,
    )
  }
  if (introspection === undefined || (isJsonObject(introspection) && typeof introspection.connect === 'function'))
    return introspection
  throw new TypeError('introspection is what introspect({ clientId, clientSecret }) returns')
}

function readMapping(
  mapping: ScopeMapping | undefined,
  profile: ProfileRules,
  knows: (scope: string) => boolean,
): ScopeMapping {
  checkMapping(mapping, knows)
  return { ...mapping, from: mapping?.from ?? profile.scopes }
}

/** @param introspected whether tokens are introspected where no keys are given. */
function readKeys(
  issuer: string,
  jwks: IssuerOptions['jwks'],
  introspected: boolean,
  shared: Shared,
): KeySource | undefined {
  return jwks === undefined && introspected ? undefined : keysOf(issuer, jwks, shared)
}

function keysOf(issuer: string, jwks: IssuerOptions['jwks'], { fetch, now, emit }: Shared): KeySource {
  if (jwks === null) throw new TypeError("jwks is the URL of the keys, or a JWK Set: { keys: [{ kty: 'RSA', … }] }")
  if (typeof jwks === 'object' && !(jwks instanceof URL)) return staticKeys(jwks)
  const where = jwks === undefined ? discoverJwks(issuer, fetch, now) : fixed(endpointUrl(jwks, 'jwks'))
  return remoteKeys({ issuer, now, emit, load: async (previous) => fetchJwks(await where(), fetch, previous) })
}

function fixed(url: URL): () => Promise<URL> {
  return async () => url
}

function discoverJwks(issuer: string, fetch: typeof globalThis.fetch, now: () => number): () => Promise<URL> {
  const discover = createDiscovery(issuer, { fetch, now })
  return async () => {
    const { jwksUri } = await discover()
    if (jwksUri === undefined) throw new Error('the metadata of the issuer name no jwks_uri')
    return jwksUri
  }
}
