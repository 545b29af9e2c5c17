import type { CryptoKey, JWK } from 'jose'
import type { TestClient, TestCredentials, TestUser } from './credentials.js'
import type { Hold, ScriptedAnswer } from './faults.js'
import type { ProfileName } from './profiles.js'
import type { Endpoint, RecordedRequest } from './recorder.js'

/** How a token is to differ from one the doorway would hand out. */
export interface IssueOptions {
  /** Scopes separated by spaces, granted or not; `''` for none. @default all that the client may have */
  readonly scope?: string | undefined
  /** @default the first client of the doorway */
  readonly clientId?: string | undefined
  /** @default the client, or the first user where people sign in */
  readonly subject?: string | undefined
  /** @default the doorway's audience */
  readonly audience?: string | readonly string[] | undefined
  /** @default the doorway's issuer */
  readonly issuer?: string | undefined
  /** Seconds from now; negative for a token that has expired. @default the doorway's lifetime */
  readonly expiresIn?: number | undefined
  /** Seconds from now. @default no `nbf`, or the provider's own */
  readonly notBefore?: number | undefined
  /** The user's role, where there are roles. @default the subject's */
  readonly role?: string | undefined
  /** Claims or members of the introspection answer to set last; `undefined` removes one. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Members of the JOSE header to set last, `typ` for instance. JWT only. */
  readonly header?: { readonly [name: string]: unknown; readonly alg?: never } | undefined
  /** The `kid` to claim. JWT only. @default the signing key's */
  readonly kid?: string | undefined
  /** The RS256 key to sign with instead of the doorway's current one. JWT only. */
  readonly key?: CryptoKey | undefined
}

/** One authorization server: its addresses, who it knows, what it was asked, and what shall go wrong. */
export interface Doorway {
  readonly name: ProfileName
  /** What its tokens name as `iss`, and where its metadata is found. */
  readonly issuer: string
  /** What the profile's base URL is to be set to. */
  readonly base: string
  readonly tokenEndpoint: string
  readonly jwksUri: string
  /** RFC 7662; for {@link resourceServer}. */
  readonly introspectionEndpoint: string
  /** RFC 7009; for the token's own client. */
  readonly revocationEndpoint: string
  readonly audience: string
  /** Seconds, as the provider documents it. */
  readonly documentedLifetime: number
  /** Seconds; for tokens issued from now on. A whole number above 0. */
  lifetime: number
  /** Shown at introspection, by HTTP Basic as RFC 6749 §2.3.1 encodes it. */
  readonly resourceServer: TestCredentials

  /** What was received, oldest first. */
  readonly requests: readonly RecordedRequest[]
  clearRequests(): void
  /** How many requests to an endpoint were received. */
  count(endpoint: Endpoint): number
  /** Resolves when the n-th request to an endpoint has arrived, answered or not. @throws Error when the server closes first */
  received(endpoint: Endpoint, n: number): Promise<void>

  /** Lets requests to an endpoint wait unanswered until released. */
  hold(endpoint: Endpoint): Hold
  /** Answers requests to an endpoint with something else, the next `times` ones or all; `null` ends it. */
  answer(endpoint: Endpoint, answer: ScriptedAnswer | null, options?: { readonly times?: number | undefined }): void
  /** Answers everything at an endpoint with 503. `retryAfter` is in seconds. */
  outage(endpoint: Endpoint, on: boolean, options?: { readonly retryAfter?: number | undefined }): void

  /** Makes a token without a request, with any claim bent. */
  issue(options?: IssueOptions): Promise<string>
  /** Makes a token inactive at introspection. One that is unknown or revoked already is left alone. */
  revoke(token: string): Promise<void>
  /** Publishes a new signing key and signs with it. With `keep` the old keys stay published. @default keep: true */
  rotateKeys(options?: { readonly keep?: boolean | undefined }): Promise<void>
  /** The public keys, the current one first. */
  jwks(): { readonly keys: readonly JWK[] }
}

/** A doorway that clients come to by themselves. */
export interface ClientDoorway extends Doorway {
  /** May ask for everything. */
  readonly client: TestClient
  /** May ask for less. */
  readonly limitedClient: TestClient
}

/** Which of its documented ways of answering the PortSIP doorway uses. */
export interface PortsipAnswers {
  /** Whether the lifetime is told in seconds or as a point in time (RFC 3339). @default 'expires_in' */
  expiry: 'expires_in' | 'expires_at'
  /** The member that holds the refresh token; the provider's prose misspells it. @default 'refresh_token' */
  refreshToken: 'refresh_token' | 'refresh_tokne'
}

/** PortSIP: people sign in, there are no clients. */
export interface PortsipDoorway extends Doorway {
  readonly user: TestUser
  readonly limitedUser: TestUser
  /** Whose sign-in is answered by a second step instead of tokens. */
  readonly twoFactorUser: TestUser
  /** Which of the documented answers is given; may be changed at any time. */
  readonly answers: PortsipAnswers
}

/** Aritma: clients, and people by password. */
export interface AritmaDoorway extends ClientDoorway {
  readonly user: TestUser
  readonly limitedUser: TestUser
  /** Proves itself by a signed assertion (RFC 7523). */
  readonly assertionClient: { readonly clientId: string; readonly privateKey: CryptoKey; readonly kid: string }
}

/** The doorways by the names of their profiles. */
export interface Doorways {
  readonly portx: ClientDoorway
  readonly portsip: PortsipDoorway
  readonly passport: ClientDoorway
  readonly basicForm: ClientDoorway
  readonly aritma: AritmaDoorway
}
