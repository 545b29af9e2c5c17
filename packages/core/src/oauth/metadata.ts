import { isJsonObject, type JsonObject, parseJsonObject } from '../json.js'
import { endpointUrl } from './endpoint.js'

/** Endpoints that a client authenticates itself at. */
export interface ClientEndpoints {
  readonly tokenEndpoint?: URL | undefined
  readonly introspectionEndpoint?: URL | undefined
  readonly revocationEndpoint?: URL | undefined
  readonly deviceAuthorizationEndpoint?: URL | undefined
  readonly pushedAuthorizationRequestEndpoint?: URL | undefined
}

/** Endpoints that people log in and out by. */
interface PersonEndpoints {
  readonly authorizationEndpoint?: URL | undefined
  readonly userinfoEndpoint?: URL | undefined
  readonly endSessionEndpoint?: URL | undefined
}

/** What an authorization server says of itself (RFC 8414 §2), as far as it is used here. Every endpoint is checked. */
export interface ServerMetadata extends ClientEndpoints, PersonEndpoints {
  readonly issuer: string
  readonly jwksUri?: URL | undefined
  /** Where the same endpoints are for a client that shows a certificate, as far as they are elsewhere (RFC 8705 §5). */
  readonly mtlsAliases: ClientEndpoints
  /** How clients may authenticate at the token endpoint; unset where the server does not say. */
  readonly tokenEndpointAuthMethods?: readonly string[] | undefined
  /** Whether each authorization response names its issuer (RFC 9207 §3). */
  readonly namesIssuer: boolean
}

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
 * Reads a metadata document. The issuer must be the one that was asked, character by character (RFC 8414 §3.3), and
 * every endpoint https, or on loopback as the issuer itself is.
 *
 * @throws MetadataError
 */
export function readMetadata(issuer: string, body: Uint8Array): ServerMetadata {
  const document = parseJsonObject(body)
  if (document === undefined) throw new NoMetadata('the metadata are not a JSON object')
  if (member(document, 'issuer') !== issuer) {
    throw new MetadataError('the issuer of the metadata differs from the one that was asked, if only by a slash')
  }
  const aliases = member(document, 'mtls_endpoint_aliases')
  return {
    issuer,
    ...endpoints(issuer, document, { ...endpointNames, ...personNames }),
    jwksUri: endpoint(issuer, document, 'jwks_uri'),
    mtlsAliases: isJsonObject(aliases) ? endpoints(issuer, aliases, endpointNames) : {},
    tokenEndpointAuthMethods: strings(member(document, 'token_endpoint_auth_methods_supported')),
    namesIssuer: member(document, 'authorization_response_iss_parameter_supported') === true,
  }
}

/** The endpoints for a client that authenticates itself by this method. */
export function endpointsFor(method: string, metadata: ServerMetadata): ServerMetadata {
  return method === 'tls_client_auth' ? { ...metadata, ...metadata.mtlsAliases } : metadata
}

/** Those that are named. */
function endpoints(
  issuer: string,
  document: JsonObject,
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, URL>> {
  const named = Object.entries(names).flatMap(([ours, name]) => {
    const url = endpoint(issuer, document, name)
    return url === undefined ? [] : [[ours, url] as const]
  })
  return Object.fromEntries(named)
}

const endpointNames = {
  tokenEndpoint: 'token_endpoint',
  introspectionEndpoint: 'introspection_endpoint',
  revocationEndpoint: 'revocation_endpoint',
  deviceAuthorizationEndpoint: 'device_authorization_endpoint',
  pushedAuthorizationRequestEndpoint: 'pushed_authorization_request_endpoint',
} as const satisfies Record<keyof ClientEndpoints, string>

const personNames = {
  authorizationEndpoint: 'authorization_endpoint',
  userinfoEndpoint: 'userinfo_endpoint',
  endSessionEndpoint: 'end_session_endpoint',
} as const satisfies Record<keyof PersonEndpoints, string>

function endpoint(issuer: string, document: JsonObject, name: string): URL | undefined {
  const value = member(document, name)
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw new MetadataError(`${name} of the metadata is not a string`)
  const url = checkedUrl(value, name)
  if (url.protocol !== 'https:' && issuer.startsWith('https:')) {
    throw new MetadataError(`${name} of the metadata is not https, though the issuer is`)
  }
  return url
}

function checkedUrl(value: string, name: string): URL {
  try {
    return endpointUrl(value, name)
  } catch {
    throw new MetadataError(`${name} of the metadata is not a usable https URL`)
  }
}

function member(document: JsonObject, name: string): unknown {
  return isJsonObject(document) && Object.hasOwn(document, name) ? document[name] : undefined
}

function strings(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.filter((each) => typeof each === 'string')
}
