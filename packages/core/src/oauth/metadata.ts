import { isJsonObject, type JsonObject, own, parseJsonObject } from '../json.js'
import { endpointUrl } from './endpoint.js'

/** What an authorization server says of itself (RFC 8414 §2). Its issuer and every {@link EndpointName} are checked. */
export interface ServerMetadata extends JsonObject {
  readonly issuer: string
}

/** Places that are known by these names (RFC 8414 §2, RFC 8628 §4, RFC 9126 §5, OpenID Connect Discovery 1.0 §3). */
export type EndpointName =
  | 'authorization_endpoint'
  | 'device_authorization_endpoint'
  | 'end_session_endpoint'
  | 'introspection_endpoint'
  | 'jwks_uri'
  | 'pushed_authorization_request_endpoint'
  | 'revocation_endpoint'
  | 'token_endpoint'
  | 'userinfo_endpoint'

/** The same names. What is wrong with a place where nobody here goes is no reason to do without the others. */
const places =
  /^(?:(?:(?:device_)?authorization|end_session|introspection|pushed_authorization_request|revocation|token|userinfo)_endpoint|jwks_uri)$/

/**
 * A server's metadata cannot be used. Internal: each caller turns it into the error its own caller can use. The message
 * quotes nothing the server sent.
 */
export class MetadataError extends Error {
  override readonly name = 'MetadataError'
  /** The HTTP status, where that was what is wrong: a 5xx may be over soon. */
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(message)
    this.status = status
  }
}

/** A server's metadata document that is not even a JSON object: a page, perhaps, that answers every path. */
export class NoMetadata extends MetadataError {}

/**
 * Parses a metadata document. The issuer must be the one that was asked, character by character (RFC 8414 §3.3), and
 * every endpoint https, or on loopback as the issuer itself is.
 *
 * @throws MetadataError
 */
export function parseMetadata(issuer: string, body: Uint8Array): ServerMetadata {
  const document = parseJsonObject(body)
  if (document === undefined) throw new NoMetadata('the metadata are not a JSON object')
  if (own(document, 'issuer') !== issuer) {
    throw new MetadataError('the metadata are those of another issuer, if only by a slash')
  }
  for (const [name, value] of [document, aliasesOf(document)].flatMap(Object.entries)) {
    if (places.test(name) && value !== null && !isEndpoint(value, issuer)) {
      throw new MetadataError(`${name} of the metadata is not a usable https URL`)
    }
  }
  return { ...document, issuer }
}

/** @param method by which a client authenticates itself there: with a certificate it may be elsewhere (RFC 8705 §5). */
export function endpointOf(metadata: ServerMetadata, name: EndpointName, method?: string): URL | undefined {
  const aliases = method === 'tls_client_auth' ? aliasesOf(metadata) : {}
  const url = own(aliases, name) ?? own(metadata, name)
  return typeof url === 'string' ? new URL(url) : undefined
}

function aliasesOf(document: JsonObject): JsonObject {
  const aliases = own(document, 'mtls_endpoint_aliases')
  return isJsonObject(aliases) ? aliases : {}
}

/** An issuer on loopback may have plain http there, too; one elsewhere may send nobody to it. */
function isEndpoint(value: unknown, issuer: string): boolean {
  if (typeof value !== 'string') return false
  try {
    return endpointUrl(value, '').protocol === 'https:' || !issuer.startsWith('https:')
  } catch {
    return false
  }
}
