import { parseJsonObject } from '../json.js'
import { endpointOf, type ServerMetadata } from '../oauth/metadata.js'
import { download } from '../oauth/transport.js'
import type { FetchedKeys } from './key-refresh.js'
import { type KeySet, readKeySet } from './key-set.js'

/** Seconds for which a set is used where the server does not say. */
const defaultLifetime = 600
export const minLifetime = 60
export const maxLifetime = 86_400

/**
 * Fetches a JWK Set (RFC 7517 §5) and how long it may be used: what `Cache-Control` says, from a minute to a day, ten
 * minutes where it says nothing. What is thrown quotes nothing the server sent.
 *
 * @throws TransportFailure when there is no answer, an Error when it is not a JWK Set.
 */
export async function fetchJwks(
  url: URL,
  fetch: typeof globalThis.fetch,
  previous: KeySet | undefined,
): Promise<FetchedKeys> {
  const { status, body, headers } = await download(url, 'application/jwk-set+json, application/json', { fetch })
  if (status !== 200) throw new Error(`the keys were asked for and the answer was ${status}`)
  const set = readKeySet(parseJsonObject(body)?.keys, previous)
  if (set === undefined) throw new Error('the answer is not a JWK Set')
  return { set, lifetime: lifetimeOf(headers) }
}

/** Fetches the JWK Set that an issuer's metadata name. @throws as {@link fetchJwks}, and as asking for metadata does. */
export async function fetchNamedJwks(
  metadata: () => Promise<ServerMetadata>,
  fetch: typeof globalThis.fetch,
  previous: KeySet | undefined,
): Promise<FetchedKeys> {
  const jwksUri = endpointOf(await metadata(), 'jwks_uri')
  if (jwksUri === undefined) throw new Error('the metadata of the issuer name no jwks_uri')
  return await fetchJwks(jwksUri, fetch, previous)
}

/** RFC 9111 §4.2: `max-age` less the time the answer already spent in caches. */
function lifetimeOf(headers: Headers): number {
  const control = headers.get('cache-control') ?? ''
  if (/(?:^|[\s,])no-(?:store|cache)\b/i.test(control)) return minLifetime
  const maxAge = /(?:^|[\s,])max-age="?(\d{1,10})\b/i.exec(control)?.[1]
  if (maxAge === undefined) return defaultLifetime
  const age = /^\d{1,10}$/.exec(headers.get('age') ?? '')?.[0] ?? '0'
  return Math.min(Math.max(Number(maxAge) - Number(age), minLifetime), maxLifetime)
}
