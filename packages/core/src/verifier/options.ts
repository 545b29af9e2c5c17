import type { DpopOffer } from '../errors.js'
import { isJsonObject } from '../json.js'
import { safely } from '../safely.js'
import type { ScopeCatalogue } from '../scopes/catalogue.js'
import { aFunction, checkShapes, isCount, isNonEmptyString, madeBy, type Shape } from '../shapes.js'
import type { BindingOptions } from './binding.js'
import type { CheckRevocation } from './denylist.js'
import type { VerifierEvent } from './events.js'
import type { IssuerDirectory } from './issuer-directory.js'
import { issuerShapes } from './issuer-options.js'
import { readIssuers } from './issuers.js'
import { type FetchedFrom, RemoteKeys } from './remote-keys.js'
import type { ProtectedResource } from './resource-metadata.js'
import type { TokenCacheLimits } from './token-cache.js'
import type { VerifierOptions } from './types.js'

/** Options of a verifier, checked, with the defaults in. */
export interface Settings<S extends string, C extends object> extends BindingOptions {
  readonly issuers: IssuerDirectory<C>
  /** All keys that are fetched, so far. */
  readonly fetched: () => readonly RemoteKeys[]
  /** Seconds. */
  readonly tolerance: number
  readonly catalogue: ScopeCatalogue<S> | undefined
  /** Whether the API has a scope. */
  readonly knows: (scope: string) => boolean
  readonly challenge: {
    readonly realm: string | undefined
    readonly resourceMetadata: string | undefined
    readonly dpop: DpopOffer | undefined
  }
  readonly resource: ProtectedResource | undefined
  /** How many accepted tokens are remembered, and how much they may take. */
  readonly remembered: TokenCacheLimits
  readonly checkRevocation: CheckRevocation | undefined
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
}

const defaultTolerance = 30
const maxTolerance = 300
const defaultRemembered: TokenCacheLimits = { maxEntries: 10_000, maxBytes: 64 * 1024 * 1024 }

const [isLookedUp, lookedUp] = madeBy('lookUpIssuers(async (issuer) => …)', 'connect', 'keys')

const shapes: Readonly<Record<keyof VerifierOptions, Shape>> = {
  ...issuerShapes,
  issuers: [
    (issuers) => (Array.isArray(issuers) ? issuers.length > 0 : isLookedUp(issuers)),
    `a list of at least one, [{ issuer: 'https://as.example.com' }], or ${lookedUp}`,
  ],
  keys: madeBy('portableKeys()', 'connect', 'export'),
  clockTolerance: [
    (tolerance) => typeof tolerance === 'number' && tolerance >= 0 && tolerance <= maxTolerance,
    `a number of seconds from 0 to ${maxTolerance}`,
  ],
  scopes: madeBy('defineScopes({ … })', 'has', 'expand'),
  realm: [isNonEmptyString, "a non-empty string, 'api' for instance"],
  resource: madeBy("protectedResource('https://api.example.com')", 'describe'),
  resourceMetadata: [
    (url) => typeof url === 'string' && URL.canParse(url),
    "a URL, 'https://api.example.com/…' for instance",
  ],
  verifiedTokenCache: [
    (cache) => cache === false || isLimits(cache),
    'false or { maxEntries: 10_000, maxBytes: 64 * 1024 ** 2 }, whole numbers',
  ],
  revocation: madeBy('denylist(({ jti }) => revoked.has(jti))', 'connect'),
  dpop: madeBy("dpopProofs({ origin: 'https://api.example.com' })", 'connect'),
  mtls: madeBy('clientCertificates(peerCertificate)', 'check'),
  fetch: aFunction,
  now: aFunction,
  onEvent: aFunction,
}

/** Checks the options of a verifier once. @throws TypeError saying what is wrong and what was expected. */
export function readOptions<S extends string, C extends object>(options: VerifierOptions<S, C>): Settings<S, C> {
  checkShapes(options, shapes, 'createVerifier')
  const { realm, clockTolerance: tolerance = defaultTolerance, scopes: catalogue, mtls, onEvent, resource } = options
  const now = reliable(options.now ?? Date.now)
  const emit = onEvent === undefined ? ignore : safely(onEvent)
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  const knows = (scope: string): boolean => catalogue === undefined || catalogue.has(scope)
  const dpop = options.dpop?.connect({ now, tolerance })
  const imported = options.keys?.connect({ now, fetched: () => fetched() })
  const create = (from: FetchedFrom): RemoteKeys => new RemoteKeys({ ...from, now, emit, initial: imported?.(from) })
  const { issuers, fetched } = readIssuers(options, { fetch, now, emit, knows }, create)
  return {
    issuers,
    fetched,
    tolerance,
    catalogue,
    knows,
    challenge: { realm, resourceMetadata: options.resourceMetadata ?? resource?.metadataUrl, dpop },
    dpop,
    mtls,
    resource,
    remembered: readRemembered(options.verifiedTokenCache),
    checkRevocation: options.revocation?.connect({ emit }),
    now,
    emit,
  }
}

function ignore(): void {}

/** A clock that answers with no time would make every comparison false, and every wait endless. */
function reliable(now: () => number): () => number {
  return () => {
    const time = now()
    if (Number.isFinite(time)) return time
    throw new TypeError('now returned no finite number')
  }
}

function readRemembered(cache: VerifierOptions['verifiedTokenCache']): TokenCacheLimits {
  if (cache === false) return { maxEntries: 0, maxBytes: 0 }
  const { maxEntries = defaultRemembered.maxEntries, maxBytes = defaultRemembered.maxBytes } = cache ?? {}
  return { maxEntries, maxBytes }
}

function isLimits(cache: unknown): boolean {
  const isLimit = ([name, limit]: readonly [string, unknown]): boolean =>
    Object.hasOwn(defaultRemembered, name) && (limit === undefined || isCount(limit))
  return isJsonObject(cache) && Object.entries(cache).every(isLimit)
}
