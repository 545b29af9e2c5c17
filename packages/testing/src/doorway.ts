import type { CryptoKey, JWK } from 'jose'
import type { TestClient, TestCredentials, TestUser } from './credentials.js'
import type { Backend } from './dialect.js'
import type { PortsipAnswers } from './doorways/portsip.js'
import type { Faults, Hold, ScriptedAnswer } from './faults.js'
import { type IssueOptions, issueToken } from './issue.js'
import type { ProfileName } from './profiles.js'
import type { Endpoint, RecordedRequest, Recorder } from './recorder.js'

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

/** What a doorway is made of. */
export interface DoorwayParts {
  readonly backend: Backend
  readonly recorder: Recorder
  readonly faults: Faults
}

export function createDoorway({ backend, recorder, faults }: DoorwayParts): Doorway {
  const { dialect, issuer, audience, registry, state, keys } = backend
  return {
    name: dialect.name,
    issuer,
    base: issuer + dialect.paths.base,
    tokenEndpoint: issuer + dialect.paths.token,
    jwksUri: issuer + dialect.paths.jwks,
    introspectionEndpoint: issuer + dialect.paths.introspection,
    revocationEndpoint: issuer + dialect.paths.revocation,
    audience,
    documentedLifetime: dialect.lifetime,
    get lifetime() {
      return state.lifetime
    },
    set lifetime(seconds) {
      state.lifetime = checkLifetime(seconds)
    },
    resourceServer: registry.resourceServer,

    get requests() {
      return recorder.requests
    },
    clearRequests: () => recorder.clear(),
    count: (endpoint) => recorder.count(endpoint),
    received: (endpoint, n) => recorder.received(endpoint, n),

    hold: (endpoint) => faults.hold(endpoint),
    answer: (endpoint, answer, options) => faults.answer(endpoint, answer, options?.times),
    outage: (endpoint, on, options) => faults.outage(endpoint, on, options?.retryAfter),

    issue: (options) => issueToken(backend, options),
    async revoke(token) {
      const stored = await backend.find(token)
      await stored?.destroy()
    },
    async rotateKeys(options) {
      await keys.rotate(options?.keep ?? true)
      backend.rebuild()
    },
    jwks: () => ({ keys: keys.all.map(({ publicJwk }) => publicJwk) }),
  }
}

/** @throws TypeError unless it is a whole number of seconds above 0: oidc-provider issues nothing shorter. */
export function checkLifetime(seconds: number): number {
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds
  throw new TypeError(`lifetime must be a whole number of seconds above 0, such as 5, not ${seconds}`)
}
