import type { HttpAnswer } from '../errors.js'
import { isJsonObject, type JsonObject } from '../json.js'
import { endpointUrl } from '../oauth/endpoint.js'

/** An API as it is known to clients and authorization servers, made by {@link protectedResource}. */
export interface ProtectedResource {
  /** Where its metadata are, as challenges name it. */
  readonly metadataUrl: string
  /** @throws TypeError for further members that are no object, or not JSON. */
  readonly describe: (facts: ResourceFacts, more?: Readonly<Record<string, unknown>>) => ResourceMetadata
}

/** What an API says of itself, and the whole HTTP answer that says it (RFC 9728). */
export interface ResourceMetadata extends HttpAnswer {
  /** Where clients look for it, as challenges name it. */
  readonly url: string
  /** The path to serve it under. */
  readonly path: string
  readonly document: JsonObject
  toResponse(): Response
}

/** What a verifier knows of its API. */
interface ResourceFacts {
  readonly issuers: { readonly names: readonly string[] }
  readonly catalogue: { readonly names: readonly string[] } | undefined
  readonly dpop: { readonly algorithms: readonly string[]; readonly required: boolean } | undefined
  readonly mtls: object | undefined
}

const wellKnown = '/.well-known/oauth-protected-resource'
const headers = [
  ['content-type', 'application/json'],
  ['cache-control', 'public, max-age=3600'],
] as const

/**
 * An API that says of itself whose tokens it takes (RFC 9728): challenges then name its metadata, which
 * `verifier.metadata()` describes.
 *
 * @param identifier its URL (RFC 9728 §1.2). It makes no audience; give `audience` as well.
 * @throws TypeError when it is no https URL (or http on loopback), or has a fragment.
 * @example
 * const verifier = createVerifier({
 *   issuer: 'https://as.example.com',
 *   audience: 'https://api.example.com',
 *   resource: protectedResource('https://api.example.com'),
 * })
 */
export function protectedResource(identifier: string): ProtectedResource {
  const url = endpointUrl(identifier, 'resource')
  // RFC 9728 §3.1: the well-known part goes between the host and the path.
  const path = url.pathname === '/' ? '' : url.pathname
  const metadataUrl = new URL(`${wellKnown}${path}${url.search}`, url)
  return Object.freeze({
    metadataUrl: metadataUrl.href,
    describe: (facts: ResourceFacts, more?: Readonly<Record<string, unknown>>) =>
      describe(identifier, metadataUrl, facts, more),
  })
}

/**
 * Describes an API (RFC 9728 §2).
 *
 * @param more further members, or others than those that are known; never another `resource`.
 * @throws TypeError for what is no object, or not JSON.
 */
function describe(
  identifier: string,
  metadataUrl: URL,
  { issuers, catalogue, dpop, mtls }: ResourceFacts,
  more: Readonly<Record<string, unknown>> = {},
): ResourceMetadata {
  if (!isJsonObject(more)) throw new TypeError("metadata takes an object, { resource_name: 'Accounts' } for instance")
  const servers = issuers.names.filter(isUrl)
  const known = {
    ...(servers.length === 0 ? {} : { authorization_servers: servers }),
    bearer_methods_supported: ['header'],
    ...(catalogue === undefined ? {} : { scopes_supported: catalogue.names }),
    ...(mtls === undefined ? {} : { tls_client_certificate_bound_access_tokens: true }),
    ...(dpop === undefined ? {} : { dpop_signing_alg_values_supported: dpop.algorithms }),
    ...(dpop?.required === true ? { dpop_bound_access_tokens_required: true } : {}),
  }
  const document = { ...known, ...more, resource: identifier }
  const body = JSON.stringify(document)
  return {
    url: metadataUrl.href,
    path: metadataUrl.pathname,
    document,
    status: 200,
    headers,
    body,
    toResponse: () => new Response(body, { status: 200, headers: headers.map(([name, value]) => [name, value]) }),
  }
}

/** An issuer whose name is no URL has no metadata a client could look for (RFC 8414 §2). */
function isUrl(issuer: string): boolean {
  return URL.canParse(issuer) && /^https?:$/.test(new URL(issuer).protocol)
}
