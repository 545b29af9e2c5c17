import type { ClientAuthentication } from '../oauth/client-authentication.js'
import { createDiscovery } from '../oauth/discovery.js'
import { IntrospectionFailure } from '../oauth/introspection.js'
import { endpointOf } from '../oauth/metadata.js'
import type { IntrospectionRules } from '../profiles/profile.js'
import type { TemplateValues } from '../profiles/template.js'
import { isNonEmptyString } from '../shapes.js'
import type { VerifierEvent } from './events.js'
import {
  type IntrospectOptions,
  type IntrospectSettings,
  needsCredentials,
  readIntrospectOptions,
} from './introspect-options.js'
import { type Dialect, plainAnswers, standardDialect } from './introspection-dialect.js'
import { profileDialect } from './introspection-profile.js'
import { createIntrospector, type Introspector } from './introspector.js'
import type { Issuing } from './issuing.js'
import type { JwkSet } from './jwk-set.js'
import type { KeySource } from './key-source.js'
import { OpaqueAcceptance } from './opaque-acceptance.js'
import { signedAnswers } from './signed-answer.js'

/** What a verifier lends to the introspection of its opaque issuer. */
export interface IntrospectionContext {
  readonly issuer: string
  /** Who this API is. */
  readonly audience: readonly string[]
  /** The issuer's profile, as far as it says how tokens are asked about. */
  readonly profile: {
    readonly name: string | undefined
    readonly variables: TemplateValues
    readonly introspection?: IntrospectionRules | undefined
  }
  /** The issuer's keys: these, or those its metadata name. */
  readonly keys: (jwks: string | URL | JwkSet | undefined) => KeySource
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
}

/** How opaque tokens are introspected, made by {@link introspect}; its secret is closed over. */
export interface Introspection {
  readonly connect: (context: IntrospectionContext) => Introspector
  /** What is made of its answers. */
  readonly accepting: <S extends string, C extends object>(issuing: Issuing<S, C>) => OpaqueAcceptance<S, C>
}

/**
 * Has opaque tokens verified by their authorization server (RFC 7662).
 *
 * Answers are kept for a minute unless `cache` says otherwise; many requests with one token ask once. A server that is
 * down, or refuses this API's own credentials, makes a 503, never a 401, and is left alone for a second or for what its
 * `Retry-After` says, a minute at most; answers that are kept serve meanwhile.
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
  const settings = readIntrospectOptions(options)
  const { authentication, tokenId, ...rest } = settings
  return Object.freeze({
    accepting: <S extends string, C extends object>(issuing: Issuing<S, C>) => new OpaqueAcceptance(issuing),
    connect: (context: IntrospectionContext) => {
      const own = ownWay(context, settings)
      if (tokenId !== undefined && own?.by !== 'id') {
        throw new TypeError('tokenId is for a profile that looks tokens up by id, without an endpoint')
      }
      if (authentication === undefined && own?.bearer !== true) throw new TypeError(needsCredentials)
      return createIntrospector({
        ...context,
        ...rest,
        tokenId,
        authentication: authentication ?? nothing,
        dialect:
          own === undefined ? standard(context, settings) : profileDialect(own, context.profile.variables, context.now),
      })
    },
  })
}

/** The profile's own way, unless it needs an id and nothing finds one: its server may speak RFC 7662 beside it. */
function ownWay(
  { profile }: IntrospectionContext,
  { endpoint, signing, tokenId }: IntrospectSettings,
): IntrospectionRules | undefined {
  const rules = endpoint === undefined ? profile.introspection : undefined
  if (rules === undefined || (rules.by === 'id' && tokenId === undefined)) return undefined
  if (signing === undefined) return rules
  throw new TypeError(`signedAnswers are for RFC 9701; profile ${profile.name} has a way of its own`)
}

function standard(context: IntrospectionContext, settings: IntrospectSettings): Dialect {
  const { authentication = nothing, clientId, endpoint, signing } = settings
  const { issuer, audience, keys, now } = context
  const where = endpoint === undefined ? discovered(context, authentication.method) : async () => endpoint
  if (signing === undefined) return standardDialect(where, plainAnswers)
  const recipients = [...audience, clientId].filter(isNonEmptyString)
  const { algorithms, jwks } = signing
  const form = signedAnswers({ issuer, recipients, algorithms, keys: keys(jwks), now })
  return standardDialect(where, form)
}

function discovered({ issuer, fetch, now }: IntrospectionContext, method: string): () => Promise<URL> {
  const discover = createDiscovery(issuer, { fetch, now })
  return async () => {
    const introspectionEndpoint = endpointOf(await discover(), 'introspection_endpoint', method)
    if (introspectionEndpoint === undefined) {
      throw new IntrospectionFailure('the metadata name no introspection endpoint')
    }
    // Whoever can alter the metadata would be sent this API's secret, and every token.
    if (introspectionEndpoint.origin === new URL(issuer).origin) return introspectionEndpoint
    throw new IntrospectionFailure("the metadata name an introspection endpoint elsewhere; give it as 'endpoint'")
  }
}

/** The token that is asked about speaks for itself. */
const nothing: ClientAuthentication = { method: 'none', authenticate: async () => ({ headers: {}, parameters: {} }) }
