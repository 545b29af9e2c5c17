import { createDiscovery } from '../oauth/discovery.js'
import { endpointUrl } from '../oauth/endpoint.js'
import type { VerifyRules } from '../profiles/profile.js'
import { algorithmNames, canonicalAlgorithm } from './algorithms.js'
import type { VerifierEvent } from './events.js'
import { fetchJwks } from './jwks.js'
import { mediaType } from './jws.js'
import { type KeySource, staticKeys } from './key-source.js'
import { checkNames, isNonEmptyString, nonEmptyList } from './option-checks.js'
import { remoteKeys } from './remote-keys.js'
import type { IssuerRules } from './rules.js'
import type { IssuerOptions } from './types.js'

/** What every issuer of a verifier shares. */
interface Shared {
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
}

/** What an issuer takes from its verifier where it says nothing itself. */
type Defaults = Pick<IssuerOptions, 'audience' | 'algorithms'>

const names = ['issuer', 'profile', 'audience', 'jwks', 'algorithms', 'typ', 'scopeMapping', 'introspection'] as const

const defaultTypes = ['JWT', 'at+jwt'] as const

/** Checks the options of one issuer. @throws TypeError */
export function readIssuer(options: IssuerOptions, defaults: Defaults, shared: Shared): IssuerRules {
  checkNames(options, names, 'an issuer')
  const { issuer, introspection, scopeMapping } = options
  if (!isNonEmptyString(issuer))
    throw new TypeError("issuer is a non-empty string, 'https://as.example.com' for instance")
  const profile: VerifyRules = options.profile?.verify ?? { tokens: 'jwt' }
  if (profile.tokens === 'opaque' && introspection === undefined) {
    throw new TypeError(
      `the tokens of ${issuer} are opaque (profile ${options.profile?.name}): introspection is needed, introspect({ … })`,
    )
  }
  if (introspection !== undefined && typeof introspection?.connect !== 'function') {
    throw new TypeError('introspection is what introspect({ clientId, clientSecret }) returns')
  }
  const typ = options.typ ?? profile.typ
  return {
    issuer,
    audience: nonEmptyList(options.audience ?? defaults.audience, 'audience', "'https://api.example.com'"),
    audienceClaim: profile.audienceClaim ?? 'aud',
    audienceOptional: introspection?.audienceOptional ?? false,
    algorithms: readAlgorithms(options.algorithms ?? defaults.algorithms ?? profile.algorithms ?? algorithmNames),
    typ: new Set(nonEmptyList(typ ?? defaultTypes, 'typ', "['at+jwt']").map(mediaType)),
    untyped: typ === undefined,
    clientId: profile.clientId ?? ['client_id', 'azp'],
    subjectRequired: profile.subject === 'required',
    require: profile.require ?? [],
    scopeMapping: { from: profile.scopes, ...definedOnly(scopeMapping ?? {}) },
    keys: readKeys(options, shared),
    introspector: introspection?.connect({ issuer, ...shared }),
  }
}

/** An option that is given as `undefined` is not given. */
function definedOnly<T extends object>(options: T): Partial<T> {
  const given: Partial<T> = { ...options }
  for (const name of Object.keys(options))
    if (Reflect.get(options, name) === undefined) Reflect.deleteProperty(given, name)
  return given
}

function readKeys({ issuer, jwks, introspection }: IssuerOptions, { fetch, now, emit }: Shared): KeySource | undefined {
  if (jwks === undefined && introspection !== undefined) return undefined
  if (typeof jwks === 'object' && !(jwks instanceof URL)) return staticKeys(jwks)
  const where = jwks === undefined ? discoverJwks(issuer, fetch) : fixed(endpointUrl(jwks, 'jwks'))
  return remoteKeys({ issuer, now, emit, load: async (previous) => fetchJwks(await where(), fetch, previous) })
}

function fixed(url: URL): () => Promise<URL> {
  return async () => url
}

function discoverJwks(issuer: string, fetch: typeof globalThis.fetch): () => Promise<URL> {
  const discover = createDiscovery(issuer, { fetch })
  return async () => {
    const { jwksUri } = await discover()
    if (jwksUri === undefined) throw new Error('the metadata of the issuer name no jwks_uri')
    return jwksUri
  }
}

function readAlgorithms(algorithms: readonly string[]): ReadonlySet<string> {
  for (const name of nonEmptyList(algorithms, 'algorithms', "['RS256', 'ES256']")) {
    if (!algorithmNames.includes(name)) {
      throw new TypeError(`algorithms names '${name}'; those that can be allowed are ${algorithmNames.join(', ')}`)
    }
  }
  const allowed = new Set(algorithms.map(canonicalAlgorithm))
  return new Set(algorithmNames.filter((name) => allowed.has(canonicalAlgorithm(name))))
}
