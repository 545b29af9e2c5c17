import { sha256 } from '../sha256.js'

/** Everything that selects a token: two requests that differ in any of it must never share one. */
export interface TokenSelection {
  /** The token endpoint. */
  readonly endpoint: string
  /** A digest of the profile's name and variables. */
  readonly profile: string
  readonly clientId: string
  /** The client authentication method. */
  readonly method: string
  /** The thumbprint of the key that the token is to be bound to (RFC 9449); empty where it is to be bound to none. */
  readonly thumbprint: string
  readonly grant: string
  /** A digest of the credential that speaks for a person or a session; empty where the client speaks for itself. */
  readonly credential: string
  readonly scope: readonly string[]
  readonly resource: readonly string[]
  readonly audience: string | undefined
  /** Parameters beyond the standard ones; their order says nothing. */
  readonly extra: readonly (readonly [name: string, value: string])[]
}

/** Told apart from keys of an older or newer shape in a shared store. */
const version = '3'

/**
 * The cache key of a token: every part with its length before it, so that no part can be read as two, or two as one.
 *
 * Sets are sorted and without duplicates. It holds no client secret and nothing that changes from attempt to attempt.
 */
export function tokenKey(selection: TokenSelection): string {
  const { endpoint, profile, clientId, method, thumbprint, grant } = selection
  const { credential, scope, resource, audience, extra } = selection
  const pairs = extra.map(([name, value]) => join([name, value]))
  return join([
    version,
    endpoint,
    profile,
    clientId,
    method,
    thumbprint,
    grant,
    credential,
    join(set(scope)),
    join(set(resource)),
    join(audience === undefined ? [] : [audience]),
    join(set(pairs)),
  ])
}

/** The SHA-256 digest of the parts of what may be secret, in base64url. */
export async function digest(parts: readonly string[]): Promise<string> {
  return await sha256(join(parts))
}

function join(parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('')
}

/** By code units: a locale's order would depend on the machine. */
function set(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort((a, b) => (a < b ? -1 : 1))
}
