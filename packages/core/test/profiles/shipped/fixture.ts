import type { TokenClientOptions } from '../../../src/client/options.js'
import type { Profile } from '../../../src/profiles/index.js'
import type { GrantName } from '../../../src/profiles/profile.js'
import type { IntrospectOptions } from '../../../src/verifier/introspect-options.js'
import type { VerifierOptions } from '../../../src/verifier/types.js'

/** Seconds since the epoch at which answers are read and tokens are verified. */
export const now = 1_800_000_000

/** What the documentation of a server says of it, for a shipped profile to be held against. */
export interface ProfileFixture {
  /** The profile for a server all of whose endpoints are at this origin. */
  readonly profile: (origin: string) => Profile
  /** What the server publishes of itself, for a profile that looks there. */
  readonly metadata?: ((origin: string) => object) | undefined
  /** At least one for each grant that a token client can go by. */
  readonly requests: readonly RequestFixture[]
  readonly answers: readonly AnswerFixture[]
  readonly errors: readonly ErrorFixture[]
  /** What revoking a token sends; unset where nothing can be revoked. */
  readonly revocation?: RevocationFixture | undefined
  /** Unset where there is nothing to verify: opaque tokens nobody can ask about. */
  readonly tokens?: JwtFixture | OpaqueFixture | undefined
}

/** A request as it must arrive: all of it, but for what every HTTP client adds. */
export interface WireFixture {
  /** @default 'POST' */
  readonly method?: string
  readonly path: string
  /** @default a form, and JSON wanted */
  readonly headers?: Readonly<Record<string, string>>
  /** A form is given by its members. */
  readonly body: string | readonly (readonly [string, string])[]
}

/** The options of a token client, besides its profile. */
export type Client = (origin: string) => Omit<TokenClientOptions, 'profile'>

/** A request that another one must come before, and its answer. */
export interface PrecedingFixture extends WireFixture {
  readonly answer: unknown
}

/** A token request, and what becomes of it. */
export interface RequestFixture extends WireFixture {
  readonly grant: GrantName
  readonly client: Client
  /** What begins a login with another device. */
  readonly before?: PrecedingFixture
  /** @default the first of `answers` */
  readonly answer?: unknown
  readonly status?: number
  /** What the token client makes of the answer, apart from times. */
  readonly token?: object
}

/** The end of what an answer began. */
export interface RevocationFixture {
  readonly client: Client
  /** What was issued. */
  readonly issued: unknown
  /** @default 200 */
  readonly issuedStatus?: number
  readonly requests: readonly WireFixture[]
  /** What a revocation is answered with; the token need not have been good. @default 200 */
  readonly status?: number
  readonly reply?: unknown
}

/** A documented answer, and what it is read as. */
export interface AnswerFixture {
  readonly what: string
  /** @default the profile's own */
  readonly grant?: GrantName
  /** @default 200 */
  readonly status?: number
  /** When it is read, in seconds since the epoch. @default `now` */
  readonly at?: number
  readonly body: unknown
  readonly read: object
}

/** A documented error, and which of ours it is. */
export interface ErrorFixture {
  readonly what: string
  readonly status: number
  readonly body: unknown
  readonly error: object
}

/** A JWT of the server's shape. */
export interface JwtFixture {
  readonly audience: string
  readonly options?: (origin: string) => Partial<VerifierOptions>
  /** Where the keys are published. */
  readonly jwks: string | readonly string[]
  /** What a key says beside itself where it is published. */
  readonly key?: (origin: string, path: string) => Readonly<Record<string, unknown>>
  /** @default `{ typ: 'JWT' }` */
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims: (origin: string) => Readonly<Record<string, unknown>>
  readonly verified: object
  /** Other tokens of this server that are good too, by what differs. */
  readonly alsoGood?: (origin: string) => readonly JwtVariant[]
  readonly refused: (origin: string) => readonly JwtVariant[]
}

/** A JWT by what differs from the good one; `undefined` leaves a member out. */
export interface JwtVariant {
  readonly what: string
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly verified?: object
}

/** An opaque token, and how its server is asked about it. */
export interface OpaqueFixture {
  readonly audience: string
  readonly token: string
  readonly options?: (origin: string) => Partial<VerifierOptions>
  readonly introspect: IntrospectOptions
  readonly request: WireFixture
  readonly answer: unknown
  readonly verified: object
  readonly refused: readonly { readonly what: string; readonly status?: number; readonly answer: unknown }[]
}
