import { isJsonObject } from '../json.js'
import { type ClientAuthentication, clientSecretBasic, type Secret } from '../oauth/client-authentication.js'
import { createDiscovery } from '../oauth/discovery.js'
import { endpointUrl } from '../oauth/endpoint.js'
import { createIntrospector, type IntrospectionContext, type Introspector } from './introspector.js'
import { checkNames, isNonEmptyString } from './option-checks.js'

/** Options of {@link introspect}. */
export interface IntrospectOptions {
  /** The introspection endpoint. @default found through the issuer's metadata (RFC 8414 §2) */
  readonly endpoint?: string | URL | undefined
  /** This API's own id at the authorization server. */
  readonly clientId: string
  /** Its secret, sent by HTTP Basic; or give `clientAuth`. */
  readonly clientSecret?: Secret | undefined
  /** Another way to authenticate, `clientSecretPost(secret)` for instance. */
  readonly clientAuth?: ClientAuthentication | undefined
  /**
   * How long an answer is believed, in seconds, and how many are kept. A token that is revoked is accepted for
   * `maxAge` at most; `false` asks every time. Answers over 16 KiB are not kept. @default { maxAge: 60, maxEntries: 10_000 }
   */
  readonly cache?:
    | false
    | { readonly maxAge?: number | undefined; readonly maxEntries?: number | undefined }
    | undefined
  /** Seconds for the client authentication and the exchange together, 60 at most. @default 5 */
  readonly timeout?: number | undefined
  /**
   * Accepts tokens whose answer names no audience at all, as some servers never do. Then any token of the issuer is
   * good for this API, whichever API it was made for. A JWT that is verified by keys needs its audience all the same.
   * @default false
   */
  readonly dangerouslyAllowMissingAudience?: boolean | undefined
}

/** How opaque tokens are introspected, made by {@link introspect}; its secret is closed over. */
export interface Introspection {
  readonly connect: (context: IntrospectionContext) => Introspector
}

const names = [
  'endpoint',
  'clientId',
  'clientSecret',
  'clientAuth',
  'cache',
  'timeout',
  'dangerouslyAllowMissingAudience',
] as const

/**
 * Has opaque tokens verified by their authorization server (RFC 7662).
 *
 * Answers are kept for a minute unless `cache` says otherwise, by the SHA-256 of the token; many requests with one token
 * ask once. A server that is down, or refuses this API's own credentials, makes a 503, never a 401, and is left alone for
 * a second or for what its `Retry-After` says, a minute at most; answers that are kept serve meanwhile.
 *
 * @throws TypeError when an option is missing, wrong or unknown.
 * @example
 * const verifier = createVerifier({
 *   issuer: 'https://as.example.com',
 *   audience: 'https://api.example.com',
 *   introspection: introspect({ clientId: 'accounts-api', clientSecret }),
 * })
 */
export function introspect(options: IntrospectOptions): Introspection {
  checkNames(options, names, 'introspect')
  const { clientId, timeout = 5, dangerouslyAllowMissingAudience: lenient = false } = options
  if (!isNonEmptyString(clientId)) throw new TypeError("introspect needs a clientId, 'accounts-api' for instance")
  if (!isSeconds(timeout, 60)) throw new TypeError('timeout is a number of seconds above 0, 60 at most')
  if (typeof lenient !== 'boolean') throw new TypeError('dangerouslyAllowMissingAudience is a boolean')
  const authentication = readAuthentication(options)
  const fixed = options.endpoint === undefined ? undefined : endpointUrl(options.endpoint, 'endpoint')
  const cache = readCache(options.cache)
  return Object.freeze({
    connect: (context: IntrospectionContext) =>
      createIntrospector({
        ...context,
        ...cache,
        clientId,
        authentication,
        timeout,
        audienceOptional: lenient,
        endpoint: fixed === undefined ? discovered(context) : async () => fixed,
      }),
  })
}

function readAuthentication({ clientSecret, clientAuth }: IntrospectOptions): ClientAuthentication {
  if (clientAuth !== undefined && clientSecret === undefined) {
    if (typeof clientAuth?.authenticate === 'function') return clientAuth
    throw new TypeError('clientAuth is a way to authenticate, clientSecretPost(secret) for instance')
  }
  if (clientSecret !== undefined && clientAuth === undefined) return clientSecretBasic(clientSecret)
  throw new TypeError('introspect needs a clientSecret, or a clientAuth instead of it')
}

function readCache(cache: IntrospectOptions['cache']): { readonly maxAge: number; readonly maxEntries: number } {
  if (cache === false) return { maxAge: 0, maxEntries: 0 }
  if (cache !== undefined && !isJsonObject(cache)) throw new TypeError('cache is false or { maxAge: 60 }, in seconds')
  const { maxAge = 60, maxEntries = 10_000 } = cache ?? {}
  if (!isSeconds(maxAge, 3600)) throw new TypeError('cache.maxAge is a number of seconds above 0, 3600 at most')
  if (Number.isSafeInteger(maxEntries) && maxEntries > 0) return { maxAge, maxEntries }
  throw new TypeError('cache.maxEntries is a whole number above 0')
}

function isSeconds(value: unknown, most: number): boolean {
  return typeof value === 'number' && value > 0 && value <= most
}

function discovered({ issuer, fetch, now }: IntrospectionContext): () => Promise<URL | undefined> {
  const discover = createDiscovery(issuer, { fetch, now })
  return async () => (await discover()).introspectionEndpoint
}
