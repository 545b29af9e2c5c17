import { isRecent } from '../recent.js'
import { bindsPromises } from '../runtime.js'
import { endpointUrl } from './endpoint.js'
import { MetadataError, NoMetadata, parseMetadata, type ServerMetadata } from './metadata.js'
import { type DownloadOptions, download, TransportFailure } from './transport.js'

export type { ServerMetadata } from './metadata.js'
export { MetadataError } from './metadata.js'

/** Seconds for which metadata are taken to be current. */
const lifetime = 3600

/** Seconds for which outdated metadata serve before a server that could not answer is asked again. */
const pause = 60

/** What bounds a discovery: each of the two requests it may take, and the whole. */
export interface DiscoveryOptions extends DownloadOptions {
  /** Where the document is, if at neither of the two places. */
  readonly place?: URL | undefined
  /** Does the work so that whoever asked can end it. @default nothing ends it before its time */
  readonly endable?: ((work: (signal?: AbortSignal) => Promise<ServerMetadata>) => Promise<ServerMetadata>) | undefined
  /** Milliseconds, by which metadata grow old. @default performance.now */
  readonly now?: (() => number) | undefined
}

/**
 * Asks an issuer for its metadata, where OpenID Connect keeps them and, if they are not there, where RFC 8414 §3 does.
 *
 * @throws TransportFailure when there is no answer; {@link MetadataError} when it cannot be used.
 * @throws TypeError when the issuer is no https URL (or http on loopback), or has a query or a fragment.
 */
export async function discover(issuer: string, options: DiscoveryOptions = {}): Promise<ServerMetadata> {
  const [place, elsewhere] = locations(issuer, options.place)
  try {
    return await ask(issuer, place, options)
  } catch (error) {
    if (elsewhere === undefined || !isElsewhere(error)) throw error
    return await ask(issuer, elsewhere, options)
  }
}

/** Whether the other location may have what this one has not: a redirect leads to a page to log in at, mostly. */
function isElsewhere(error: unknown): boolean {
  return error instanceof NoMetadata || (error instanceof TransportFailure && error.code === 'redirect_refused')
}

/**
 * The metadata of one issuer, asked for when first needed and, where requests may share promises, at most once at a time;
 * kept for an hour, and for longer while the server cannot answer. A failure is not kept: whoever asks has a memory of failures.
 */
export function createDiscovery(issuer: string, options: DiscoveryOptions = {}): () => Promise<ServerMetadata> {
  locations(issuer, options.place)
  const { now = () => performance.now(), endable = (work) => work(options.signal) } = options
  let known: { readonly metadata: ServerMetadata; readonly at: number } | undefined
  let flight: Promise<ServerMetadata> | undefined
  const fly = async (): Promise<ServerMetadata> => {
    try {
      const metadata = await endable((signal) => discover(issuer, { ...options, signal }))
      known = { metadata, at: now() }
      return metadata
    } catch (error) {
      if (known === undefined || !isOutage(error)) throw error
      known = { ...known, at: now() - (lifetime - pause) * 1000 }
      return known.metadata
    } finally {
      flight = undefined
    }
  }
  return () => {
    if (known !== undefined && isRecent(known.at, lifetime, now())) return Promise.resolve(known.metadata)
    if (bindsPromises()) return fly()
    flight ??= fly()
    return flight
  }
}

/** A server that answers with other metadata is no outage: the old ones are wrong then. */
function isOutage(error: unknown): boolean {
  if (error instanceof MetadataError) return error.status === 429 || (error.status ?? 0) >= 500
  return error instanceof TransportFailure
}

/** RFC 8414 §3.1 puts the well-known part before the issuer's path, OpenID Connect Discovery 1.0 §4 after it. */
function locations(issuer: string, place: URL | undefined): readonly [place: URL, elsewhere?: URL] {
  const url = endpointUrl(issuer, 'issuer')
  // `url.search` is empty for a bare question mark, too.
  if (issuer.includes('?')) throw new TypeError('issuer has a query, which RFC 8414 §2 forbids')
  if (place !== undefined) return [place]
  const path = url.pathname.replace(/\/$/, '')
  // Set, not resolved: a path that begins with `//` must not become another host.
  const at = (pathname: string): URL => Object.assign(new URL(url), { pathname })
  return [at(`${path}/.well-known/openid-configuration`), at(`/.well-known/oauth-authorization-server${path}`)]
}

async function ask(issuer: string, url: URL, options: DiscoveryOptions): Promise<ServerMetadata> {
  const { status, body } = await download(url, 'application/json', options)
  if (status === 200) return parseMetadata(issuer, body)
  const Kind = status >= 400 && status < 500 && status !== 429 ? NoMetadata : MetadataError
  throw new Kind(`the metadata were asked for and the answer was ${status}`, status)
}
