import type { JsonObject } from '../json.js'
import type { ServerMetadata } from '../oauth/metadata.js'
import type { VerifierEvent } from './events.js'

/** What a verifier lends to the introspection of its opaque issuer. */
export interface IntrospectionContext {
  readonly issuer: string
  readonly discover: () => Promise<ServerMetadata>
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
}

/** An answer of the authorization server about an active token. */
export interface IntrospectedToken {
  readonly claims: JsonObject
  /** Until when the answer may be relied on, in seconds since the epoch. */
  readonly until: number
  readonly remembered: boolean
}

/** Asks about one token at a time. */
export interface Introspector {
  /** @throws Refusal when it is not active, or when the authorization server cannot be asked. */
  lookUp(token: string, signal: AbortSignal | undefined): Promise<IntrospectedToken>
}

/** How opaque tokens are introspected, made by {@link introspect}; its secret is closed over. */
export interface Introspection {
  readonly audienceOptional: boolean
  readonly connect: (context: IntrospectionContext) => Introspector
}
