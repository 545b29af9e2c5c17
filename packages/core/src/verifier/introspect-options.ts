import { isJsonObject } from '../json.js'
import {
  type ClientAuthentication,
  clientSecretBasic,
  readSecret,
  type Secret,
} from '../oauth/client-authentication.js'
import { endpointUrl } from '../oauth/endpoint.js'
import { checkNames, checkShape, isCount, isNonEmptyString, seconds } from '../shapes.js'
import { algorithmNames, readAlgorithms } from './algorithms.js'
import type { JwkSet } from './jwk-set.js'
import type { TokenCacheLimits } from './token-cache.js'

/** Options of `introspect`. */
export interface IntrospectOptions {
  /**
   * The introspection endpoint, where RFC 7662 is spoken.
   * @default the profile's own way, where it has one; else found through the issuer's metadata (RFC 8414 §2), if it is
   * on the issuer's own origin
   */
  readonly endpoint?: string | URL | undefined
  /** This API's own id at the authorization server. */
  readonly clientId?: string | undefined
  /** Its secret, sent by HTTP Basic; or give `clientAuth` or `accessToken`. */
  readonly clientSecret?: Secret | undefined
  /** Another way to authenticate, `clientSecretPost(secret)` or `privateKeyJwt(key)` for instance. */
  readonly clientAuth?: ClientAuthentication | undefined
  /** An access token of this API's own, by which some servers want to be asked (RFC 7662 §2.1). */
  readonly accessToken?: (() => string | Promise<string>) | undefined
  /**
   * Finds the id a server knows a token by, for profiles that look tokens up by id: from a store of your own, by the
   * whole token, for who finds another token's id is taken for its bearer. `undefined` refuses the token.
   */
  readonly tokenId?: ((token: string) => string | undefined | Promise<string | undefined>) | undefined
  /**
   * Wants answers signed by the issuer (RFC 9701), and accepts no others, encrypted ones neither: by its published keys,
   * or by these.
   * @default false
   */
  readonly signedAnswers?: boolean | SignedAnswersOptions | undefined
  /**
   * How long an answer is believed, in seconds, and how many are kept. A token that is revoked is accepted for
   * `maxAge` at most; `false` asks every time. Answers over 16 KiB are not kept.
   * @default { maxAge: 60, maxEntries: 10_000, maxBytes: 32 MiB }
   */
  readonly cache?:
    | false
    | {
        readonly maxAge?: number | undefined
        readonly maxEntries?: number | undefined
        readonly maxBytes?: number | undefined
      }
    | undefined
  /** Seconds for the client authentication and the exchange together, and for `tokenId`; 60 at most. @default 5 */
  readonly timeout?: number | undefined
  /**
   * Accepts tokens whose answer names no audience at all, as some servers never do. Then any token of the issuer is
   * good for this API, whichever API it was made for. A JWT that is verified by keys needs its audience all the same.
   * @default false
   */
  readonly dangerouslyAllowMissingAudience?: boolean | undefined
}

/** How signed answers are verified. */
export interface SignedAnswersOptions {
  /** The keys they are signed with: a URL, or the set itself. @default found through the issuer's metadata */
  readonly jwks?: string | URL | JwkSet | undefined
  /** @default all that a verifier accepts for tokens */
  readonly algorithms?: readonly string[] | undefined
}

/** Options of `introspect`, checked, with the defaults in. */
export interface IntrospectSettings {
  readonly endpoint: URL | undefined
  readonly clientId: string
  /** Unset where nothing was given, which will do for a token that is presented itself. */
  readonly authentication: ClientAuthentication | undefined
  readonly tokenId: IntrospectOptions['tokenId']
  readonly signing: Signing | undefined
  readonly maxAge: number
  readonly limits: TokenCacheLimits
  readonly timeout: number
  readonly audienceOptional: boolean
}

interface Signing {
  readonly jwks: SignedAnswersOptions['jwks']
  readonly algorithms: ReadonlySet<string>
}

const names = [
  'endpoint',
  'clientId',
  'clientSecret',
  'clientAuth',
  'accessToken',
  'tokenId',
  'signedAnswers',
  'cache',
  'timeout',
  'dangerouslyAllowMissingAudience',
] as const

export const needsCredentials: string =
  "introspect needs a clientId, 'accounts-api' for instance, and a clientSecret or clientAuth"

/** @throws TypeError when an option is missing, wrong or unknown. */
export function readIntrospectOptions(options: IntrospectOptions): IntrospectSettings {
  checkNames(options, names, 'introspect')
  const { clientId = '', timeout = 5, tokenId, dangerouslyAllowMissingAudience: audienceOptional = false } = options
  const authentication = readAuthentication(options)
  checkShape('timeout', timeout, seconds(60))
  if (typeof audienceOptional !== 'boolean') throw new TypeError('dangerouslyAllowMissingAudience is a boolean')
  return {
    endpoint: options.endpoint === undefined ? undefined : endpointUrl(options.endpoint, 'endpoint'),
    clientId,
    authentication,
    tokenId,
    signing: readSigning(options.signedAnswers),
    timeout,
    audienceOptional,
    ...readCache(options.cache),
  }
}

function readAuthentication(options: IntrospectOptions): ClientAuthentication | undefined {
  const { clientId, clientSecret, clientAuth, accessToken, tokenId } = options
  const given = [clientSecret, clientAuth, accessToken].filter((each) => each !== undefined)
  if (given.length > 1) throw new TypeError('introspect takes a clientSecret, or a clientAuth or accessToken instead')
  if (tokenId !== undefined && typeof tokenId !== 'function') throw new TypeError('tokenId is a function')
  if (given.length === 0 && clientId === undefined) return undefined
  if (accessToken !== undefined) return bearing(accessToken)
  if (!isNonEmptyString(clientId)) throw new TypeError(needsCredentials)
  if (clientAuth !== undefined) {
    if (typeof clientAuth?.authenticate === 'function') return clientAuth
    throw new TypeError('clientAuth is a way to authenticate, clientSecretPost(secret) for instance')
  }
  if (clientSecret !== undefined) return clientSecretBasic(clientSecret)
  throw new TypeError('introspect needs a clientSecret, or a clientAuth instead of it')
}

function bearing(accessToken: () => string | Promise<string>): ClientAuthentication {
  if (typeof accessToken !== 'function') throw new TypeError('accessToken is a function that returns an access token')
  return {
    method: 'none',
    authenticate: async () => ({
      headers: { authorization: `Bearer ${await readSecret(accessToken)}` },
      parameters: {},
    }),
  }
}

function readSigning(signed: IntrospectOptions['signedAnswers'] = false): Signing | undefined {
  if (signed === false) return undefined
  if (signed === true) return { jwks: undefined, algorithms: readAlgorithms(algorithmNames) }
  checkNames(signed, ['jwks', 'algorithms'], 'signedAnswers')
  return { jwks: signed.jwks, algorithms: readAlgorithms(signed.algorithms ?? algorithmNames) }
}

function readCache(cache: IntrospectOptions['cache']): { readonly maxAge: number; readonly limits: TokenCacheLimits } {
  if (cache === false) return { maxAge: 0, limits: { maxEntries: 0, maxBytes: 0 } }
  if (cache !== undefined && !isJsonObject(cache)) throw new TypeError('cache is false or { maxAge: 60 }, in seconds')
  checkNames(cache ?? {}, ['maxAge', 'maxEntries', 'maxBytes'], 'cache')
  const { maxAge = 60, maxEntries = 10_000, maxBytes = 32 * 1024 * 1024 } = cache ?? {}
  checkShape('cache.maxAge', maxAge, seconds(3600))
  if (!isCount(maxEntries)) throw new TypeError('cache.maxEntries is a whole number above 0')
  if (!isCount(maxBytes)) throw new TypeError('cache.maxBytes is a whole number above 0')
  return { maxAge, limits: { maxEntries, maxBytes } }
}
