import type { DpopOffer } from '../errors.js'
import { isJsonObject } from '../json.js'
import type { ScopeCatalogue } from '../scopes/catalogue.js'
import type { BindingOptions } from './binding.js'
import { type CheckRevocation, createDenylist } from './denylist.js'
import type { DpopContext, ProofChecker } from './dpop.js'
import { safely, type VerifierEvent } from './events.js'
import type { IssuerDirectory } from './issuer-directory.js'
import { names as namesOfIssuers } from './issuer-options.js'
import { readIssuers } from './issuers.js'
import { importKeys } from './key-export.js'
import { KeyRegistry } from './key-registry.js'
import { checkNames, isNonEmptyString, readSeconds } from './option-checks.js'
import { type Resource, readResource } from './resource-metadata.js'
import type { TokenCacheLimits } from './token-cache.js'
import type { VerifierOptions } from './types.js'

/** Options of a verifier, checked, with the defaults in. */
export interface Settings<S extends string, C extends object> {
  readonly issuers: IssuerDirectory<C>
  readonly keys: KeyRegistry
  /** Seconds. */
  readonly tolerance: number
  readonly catalogue: ScopeCatalogue<S> | undefined
  readonly challenge: {
    readonly realm: string | undefined
    readonly resourceMetadata: string | undefined
    readonly dpop: DpopOffer | undefined
  }
  readonly binding: BindingOptions
  readonly resource: Resource | undefined
  /** How many accepted tokens are remembered, and how much they may take. */
  readonly remembered: TokenCacheLimits
  readonly checkRevocation: CheckRevocation | undefined
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
}

const defaultTolerance = 30
const maxTolerance = 300
const defaultRemembered: TokenCacheLimits = { maxEntries: 10_000, maxBytes: 64 * 1024 * 1024 }
const defaultRevocationTimeout = 2

const names = [
  ...namesOfIssuers,
  'issuers',
  'lookupMaxAge',
  'lookupTimeout',
  'keys',
  'clockTolerance',
  'scopes',
  'realm',
  'resource',
  'resourceMetadata',
  'verifiedTokenCache',
  'isRevoked',
  'revocationTimeout',
  'dpop',
  'certificateFrom',
  'fetch',
  'now',
  'onEvent',
] as const

/** Checks the options of a verifier once. @throws TypeError saying what is wrong and what was expected. */
export function readOptions<S extends string, C extends object>(options: VerifierOptions<S, C>): Settings<S, C> {
  checkNames(options, names, 'createVerifier')
  const { onEvent } = options
  const { certificateFrom, isRevoked } = options
  checkFunctions({ fetch: options.fetch, now: options.now, onEvent, isRevoked, certificateFrom })
  const now = reliable(options.now ?? Date.now)
  const emit = onEvent === undefined ? ignore : safely(onEvent)
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  const catalogue = readCatalogue(options.scopes)
  const knows = (scope: string): boolean => catalogue === undefined || catalogue.has(scope)
  const tolerance = readTolerance(options.clockTolerance)
  const resource = options.resource === undefined ? undefined : readResource(options.resource)
  const dpop = readDpop(options.dpop, { now, tolerance })
  const keys = new KeyRegistry({ now, emit, imported: importKeys(options.keys, now) })
  return {
    issuers: readIssuers(options, { fetch, now, emit, knows }, keys),
    keys,
    tolerance,
    catalogue,
    challenge: {
      realm: readRealm(options.realm),
      resourceMetadata: readMetadataUrl(options.resourceMetadata) ?? resource?.metadataUrl.href,
      dpop,
    },
    binding: { dpop, certificateFrom },
    resource,
    remembered: readRemembered(options.verifiedTokenCache),
    checkRevocation: readDenylist(options, emit),
    now,
    emit,
  }
}

function ignore(): void {}

/** A clock that answers with no time would make every comparison false, and every wait endless. */
function reliable(now: () => number): () => number {
  return () => {
    const time: unknown = now()
    if (typeof time === 'number' && Number.isFinite(time)) return time
    throw new TypeError('now returned no finite number of milliseconds')
  }
}

function readTolerance(seconds: number = defaultTolerance): number {
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= maxTolerance) return seconds
  throw new TypeError(`clockTolerance is a number of seconds from 0 to ${maxTolerance}, 30 for instance`)
}

function readRemembered(cache: VerifierOptions['verifiedTokenCache']): TokenCacheLimits {
  if (cache === undefined) return defaultRemembered
  if (cache === false) return { maxEntries: 0, maxBytes: 0 }
  checkNames(cache, ['maxEntries', 'maxBytes'], 'verifiedTokenCache')
  const { maxEntries = defaultRemembered.maxEntries, maxBytes = defaultRemembered.maxBytes } = cache
  if ([maxEntries, maxBytes].every((limit) => Number.isSafeInteger(limit) && limit > 0)) return { maxEntries, maxBytes }
  throw new TypeError('verifiedTokenCache is false or { maxEntries: 10_000, maxBytes: 64 * 1024 ** 2 }, whole numbers')
}

function readDenylist(
  { isRevoked, revocationTimeout = defaultRevocationTimeout }: Pick<VerifierOptions, 'isRevoked' | 'revocationTimeout'>,
  emit: (event: VerifierEvent) => void,
): CheckRevocation | undefined {
  const timeout = readSeconds('revocationTimeout', revocationTimeout, 60)
  return isRevoked === undefined ? undefined : createDenylist(isRevoked, timeout, emit)
}

function readCatalogue<S extends string>(catalogue: ScopeCatalogue<S> | undefined): ScopeCatalogue<S> | undefined {
  if (catalogue === undefined || hasMethods(catalogue, ['has', 'expand'])) return catalogue
  throw new TypeError("scopes is what defineScopes({ 'accounts:read': 'Read accounts' }) returns")
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return isJsonObject(value) && names.every((name) => typeof value[name] === 'function')
}

function readDpop(dpop: VerifierOptions['dpop'], context: DpopContext): ProofChecker | undefined {
  if (dpop === undefined) return undefined
  if (hasMethods(dpop, ['connect'])) return dpop.connect(context)
  throw new TypeError("dpop is what dpopProofs({ origin: 'https://api.example.com' }) returns")
}

function readRealm(realm: string | undefined): string | undefined {
  if (realm === undefined || isNonEmptyString(realm)) return realm
  throw new TypeError("realm is a non-empty string, 'api' for instance")
}

function readMetadataUrl(url: string | undefined): string | undefined {
  if (url === undefined || (typeof url === 'string' && URL.canParse(url))) return url
  throw new TypeError("resourceMetadata is a URL, 'https://api.example.com/.well-known/oauth-protected-resource'")
}

function checkFunctions(functions: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(functions)) {
    if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} is a function`)
  }
}
