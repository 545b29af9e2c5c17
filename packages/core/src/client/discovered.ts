import { own } from '../json.js'
import { clientAuthMethods } from '../oauth/client-authentication.js'
import { createDiscovery, type ServerMetadata } from '../oauth/discovery.js'
import { endpointOf, MetadataError } from '../oauth/metadata.js'
import { discoveredNames } from '../profiles/exchanges.js'
import type { Profile } from '../profiles/profile.js'
import { expand } from '../profiles/template.js'
import type { Closing } from './closing.js'
import type { Dialect, Places } from './dialect.js'
import type { MethodChoice } from './method-choice.js'
import type { TokenClientOptions } from './options.js'
import { originOf } from './origins.js'

/** What bounds a discovery. */
export interface ServerLimits {
  readonly fetch: typeof globalThis.fetch
  readonly timeout: number
  readonly closing: Closing
}

/** Looks up the endpoints of a server when they are first needed. @throws TypeError for an issuer that is none */
export function discovered(
  { profile, auth }: Dialect,
  choose: MethodChoice,
  { clientAuth, endpointOrigins = [] }: TokenClientOptions,
  { fetch, timeout, closing }: ServerLimits,
): Places {
  const issuer = expand(profile.discover ?? '', profile.variables) ?? ''
  // Two requests, which no one call waits for alone: a call that ends must not end them, and close() must.
  const metadata = createDiscovery(issuer, { fetch, timeout, endable: (work) => closing.limit(timeout * 2 + 1, work) })
  const named = endpointOrigins.map((origin) => originOf(origin, 'endpointOrigins'))
  const origins = new Set([new URL(issuer).origin, ...named])
  return {
    placeOf: () => issuer,
    dialect: async () => {
      const found = fromMetadata(profile, await metadata(), auth.method, origins)
      // Whoever names a method knows better than the metadata; a mere secret goes by what they list.
      return { profile: found, auth: clientAuth ?? choose(found, MetadataError) }
    },
    metadata,
    origins,
  }
}

/**
 * Metadata may not send credentials to an origin that nobody named (RFC 9700 §4.4). Any endpoint there but the token
 * endpoint is none to this client; it can do without.
 */
function fromMetadata(
  profile: Profile,
  metadata: ServerMetadata,
  method: string,
  origins: ReadonlySet<string>,
): Profile {
  const tokenEndpoint = endpointOf(metadata, 'token_endpoint', method)
  if (tokenEndpoint === undefined) throw new MetadataError('the metadata name no token_endpoint')
  if (!origins.has(tokenEndpoint.origin)) {
    throw new MetadataError(`the metadata name an endpoint at ${tokenEndpoint.origin}, not listed in endpointOrigins`)
  }
  const found = withPlaces(profile, (name) => {
    const url = endpointOf(metadata, name, method)
    return url !== undefined && origins.has(url.origin) ? url.href : ''
  })
  const listed: unknown = own(metadata, 'token_endpoint_auth_methods_supported')
  const methods = Array.isArray(listed) ? clientAuthMethods.filter((each) => listed.includes(each)) : []
  return profile.clientAuth !== undefined || methods.length === 0 ? found : { ...found, clientAuth: { methods } }
}

/** Fills in what a profile has discovered; what there is not is empty. */
export function withPlaces(profile: Profile, placeOf: (name: (typeof discoveredNames)[number]) => string): Profile {
  return withVariables(profile, Object.fromEntries(discoveredNames.map((name) => [name, placeOf(name)])))
}

export function withVariables(profile: Profile, variables: Readonly<Record<string, string>>): Profile {
  return { ...profile, variables: { ...profile.variables, ...variables } }
}
