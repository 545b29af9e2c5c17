import { createDiscovery } from '../oauth/discovery.js'
import { endpointUrl } from '../oauth/endpoint.js'
import type { VerifierEvent } from './events.js'
import type { JwkSet } from './jwk-set.js'
import { fetchJwks, fetchNamedJwks } from './jwks.js'
import type { KeySource } from './key-source.js'
import { staticKeys } from './key-source.js'
import type { FetchedFrom, RemoteKeys } from './remote-keys.js'

/** Where an issuer's keys are. */
export interface KeyPlace {
  /** As metadata and events name it. */
  readonly issuer: string
  readonly jwks: string | URL | JwkSet | undefined
  /** Where the metadata are that name the keys, if not at their well-known place. */
  readonly metadata: string | URL | undefined
}

/** What fetching keys takes. */
export interface KeyTransport {
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
  /** Makes the keys of an issuer, or finds those there are already. */
  readonly remote: (from: FetchedFrom) => RemoteKeys
}

/** The keys at a place, as each of its issuers sees them. @throws TypeError */
export function keysAt(
  { issuer, jwks, metadata }: KeyPlace,
  { fetch, now, remote }: KeyTransport,
): (issuer: string) => KeySource {
  if (jwks !== undefined && metadata !== undefined) throw new TypeError('metadata stands beside jwks; give one of them')
  if (typeof jwks === 'object' && !(jwks instanceof URL)) return staticKeys(jwks)
  const fetched = (source: string, load: FetchedFrom['load']): ((issuer: string) => KeySource) =>
    remote({ issuer, source, load }).of
  if (jwks !== undefined) {
    const url = endpointUrl(jwks, 'jwks')
    return fetched(url.href, (previous) => fetchJwks(url, fetch, previous))
  }
  const place = metadata === undefined ? undefined : endpointUrl(metadata, 'metadata')
  const discover = createDiscovery(issuer, { fetch, now, place })
  return fetched(place?.href ?? issuer, (previous) => fetchNamedJwks(discover, fetch, previous))
}
