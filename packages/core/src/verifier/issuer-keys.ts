import { createDiscovery } from '../oauth/discovery.js'
import { endpointUrl } from '../oauth/endpoint.js'
import { endpointOf } from '../oauth/metadata.js'
import type { VerifierEvent } from './events.js'
import type { JwkSet } from './jwk-set.js'
import { fetchJwks } from './jwks.js'
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
export function keysAt({ issuer, jwks, metadata }: KeyPlace, transport: KeyTransport): (issuer: string) => KeySource {
  if (jwks !== undefined && metadata !== undefined) throw new TypeError('metadata stands beside jwks; give one of them')
  if (typeof jwks === 'object' && !(jwks instanceof URL)) return staticKeys(jwks)
  const fetched = (source: string, jwksUri: () => URL | Promise<URL>): ((issuer: string) => KeySource) => {
    const load: FetchedFrom['load'] = async (previous) => fetchJwks(await jwksUri(), transport.fetch, previous)
    return transport.remote({ issuer, source, load }).of
  }
  if (jwks !== undefined) {
    const url = endpointUrl(jwks, 'jwks')
    return fetched(url.href, () => url)
  }
  const place = metadata === undefined ? undefined : endpointUrl(metadata, 'metadata')
  return fetched(place?.href ?? issuer, discoverJwks(issuer, place, transport))
}

function discoverJwks(issuer: string, place: URL | undefined, { fetch, now }: KeyTransport): () => Promise<URL> {
  const discover = createDiscovery(issuer, { fetch, now, place })
  return async () => {
    const jwksUri = endpointOf(await discover(), 'jwks_uri')
    if (jwksUri === undefined) throw new Error('the metadata of the issuer name no jwks_uri')
    return jwksUri
  }
}
