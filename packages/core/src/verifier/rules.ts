import type { Path } from '../path.js'
import type { Match } from '../profiles/profile.js'
import type { ScopeMapping } from '../scopes/mapping.js'
import type { Introspector } from './introspector.js'
import type { HeaderRules } from './jws.js'
import type { KeySource } from './key-source.js'
import type { ClaimsSchema } from './standard-schema.js'

/** All that the tokens of one issuer are held against: its options, checked, with the profile's and the defaults in. */
export interface IssuerRules<C extends object = object> extends HeaderRules {
  readonly issuer: string
  readonly audience: readonly string[]
  readonly audienceClaim: Path
  readonly clientId: Path
  readonly subjectRequired: boolean
  readonly require: readonly Match[]
  readonly requiredClaims: readonly string[]
  /** Seconds since `iat`. */
  readonly maxTokenAge: number | undefined
  readonly schema: ClaimsSchema<C> | undefined
  readonly scopeMapping: ScopeMapping
  /** Unset when every token of this issuer is introspected. */
  readonly keys: KeySource | undefined
  /** What its opaque tokens hold beyond the characters of RFC 6750 §2.1. */
  readonly furtherCharacters: string | undefined
  /** Set for the one issuer of opaque tokens. */
  readonly introspector: Introspector | undefined
}

/** What all issuers of one entry share: everything but their names, their keys and how they are asked. */
export type CommonRules<C extends object> = Omit<IssuerRules<C>, 'issuer' | 'keys' | 'introspector'>
