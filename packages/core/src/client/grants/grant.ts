import type { StoredToken } from '../../cache/store.js'
import type { TokenRequestErrorCode } from '../../errors.js'
import { isJsonObject } from '../../json.js'
import type { ClientAuthParts } from '../../oauth/client-authentication.js'
import type { TransportAnswer, TransportRequest } from '../../oauth/transport.js'
import type { Parameter } from '../../profiles/encode.js'
import type { Exchange, GrantName, Profile } from '../../profiles/profile.js'
import type { away } from '../away.js'
import type { GivenCredentials } from '../given-credentials.js'

/** How a client comes by a token (RFC 6749 §1.3). What it holds is closed over: printing it shows nothing. */
export interface Grant {
  readonly name: GrantName
  /** Its `grant_type`, where that is not its name. */
  readonly type?: string | undefined
  /**
   * What tells its tokens from those of another credential. It may be secret: it is kept as a digest only. Asked once:
   * another credential is another grant.
   */
  readonly identity: () => readonly string[]
  /** The parameters it adds to a token request, `grant_type` aside; asked for anew each time one is sent. */
  readonly parameters: (context: GrantContext) => GrantParameters | Promise<GrantParameters>
  /** The credential, where it is spent once it was sent; unset for what may be sent again. */
  readonly once?: (() => string) | undefined
  /** How a person logs in for it, over several requests; unset where one request is all there is. */
  readonly login?: Login | undefined
  /** How its tokens are renewed; unset for the client's own, which is simply asked again. */
  readonly refreshing?: Refreshing | undefined
}

/** What is done where a grant may bring a refresh token, or may not be asked again. */
export interface Refreshing {
  /** The refresh token to use, where there is one: the one that is stored, else the one that was given. */
  readonly tokenAtHand: (at: AtHand) => string | undefined
  /** The refresh token that was given, to be sent no more; `undefined` where it was sent before, or there is none. */
  readonly retire: (grant: Grant, given: GivenCredentials) => string | undefined
  /** @throws TokenRequestError when the token given may have a successor: sent a second time it would end the session. */
  readonly read: (grant: Grant, found: StoredToken | undefined | typeof away) => string | undefined
  /** Keeps the newest refresh token under a key that others find it under, too. */
  readonly keep: (records: Records, key: string, token: StoredToken) => Promise<void>
  /** Gets a token: by the refresh token at hand, else by the grant. @throws TokenRequestError, TransportFailure */
  readonly obtain: <T extends Issued>(renewal: Refreshable<T>) => Promise<T | Adopted>
}

/** What tells whether there is a refresh token, and which. */
export interface AtHand {
  readonly grant: Grant
  readonly profile: Profile
  readonly session: Session
  readonly given: GivenCredentials
  /** The refresh token that is stored at the moment. */
  readonly stored: string | undefined
}

/** Where tokens are kept. */
interface Records {
  readonly get: (key: string) => Promise<StoredToken | undefined>
  readonly set: (key: string, token: StoredToken) => Promise<void>
}

/** What a client remembers of the refresh tokens of one key. */
export interface Session {
  /** The refresh token that must not be sent again: the server took it, or may have. */
  spent: string | undefined
  /** Whether a person is being waited for. */
  loggingIn: boolean
}

/** A token that somebody else got and saved. */
export interface Adopted {
  readonly adopted: StoredToken
}

/** A token, and whatever else its request told. */
export interface Issued {
  readonly token: StoredToken
}

/** What a renewal works with. */
export interface Refreshable<T extends Issued> extends AtHand {
  /** What is asked for, and what the client asks for by default. */
  readonly scope: readonly string[]
  readonly defaultScope: readonly string[]
  /** What is stored at the moment. */
  readonly current: StoredToken | undefined
  /** Looks into the store again for a live token that somebody else has put there meanwhile. */
  readonly newer: () => Promise<StoredToken | undefined>
  /** Whether a person may be bothered, where the grant needs one. */
  readonly mayAsk: () => boolean
  /** Whether the turn to renew has ended: what works once is not sent any more then. */
  readonly isOver: () => boolean
  readonly request: (request: RefreshRequest) => Promise<T>
  readonly desk: () => Omit<Desk<T>, 'token'>
}

/** A token request of a renewal. */
export interface RefreshRequest extends Partial<Omit<Question, 'parameters'>> {
  /** @default the one of the grant */
  readonly exchange?: Exchange | undefined
  readonly grant: Pick<Grant, 'name' | 'type' | 'parameters'>
  readonly scope: readonly string[]
  /** Called right before it is sent; what it throws becomes of the request. */
  readonly before?: () => void
}

/** A login: whoever asks for a token waits for a person, and nobody is asked twice at a time. */
export interface Login {
  /** Seconds it takes at most. */
  readonly patience: number
  /** What it ends with where it has to be begun anew. */
  readonly endings: readonly TokenRequestErrorCode[]
  /** @throws TypeError for a profile that names no place to log in at. */
  readonly check: (profile: Profile) => void
  /** Only the server makes tokens: a login hands on the one it was given. */
  readonly conduct: <T>(desk: Desk<T>) => Promise<T>
}

/** What a login can do at the authorization server, for what was asked for. */
export interface Desk<T> {
  readonly profile: Profile
  readonly clientId: string
  /** What the token is to be good for. */
  readonly wishes: readonly Parameter[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number
  readonly signal: AbortSignal
  /** Does something as the client (RFC 6749 §2.3), whose authentication is addressed to this endpoint. */
  readonly asClient: <R>(endpoint: URL, send: (parts: ClientAuthParts) => Promise<R>) => Promise<R>
  /** Sends any request, and reads an answer of so many bytes at most. */
  readonly exchange: (request: TransportRequest, maxBytes: number) => Promise<TransportAnswer>
  /** Asks for the token. */
  readonly token: (question: Question) => Promise<T>
}

/** A token request in the course of a login. */
export interface Question {
  readonly parameters: GrantParameters
  /** What no message may repeat besides those. */
  readonly secrets: readonly string[]
  /** Sees the answer before it is read as a token; what it throws becomes of the request. */
  readonly look: (answer: TransportAnswer) => void
  readonly signal: AbortSignal
}

/** The parameters of a grant by the names its RFC gives them. */
export type GrantParameters = Readonly<Record<string, string>>

/** The token request that a grant is asked for its parameters for. */
export interface GrantContext {
  readonly tokenEndpoint: URL
  readonly clientId: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A grant whose parameters are all known and may be sent again; they are what its tokens are told apart by. */
export function fixedGrant(name: GrantName, parameters: GrantParameters, type?: string): Grant {
  return { name, type, identity: () => Object.entries(parameters).flat(), parameters: () => parameters }
}

/** @throws TypeError when one of these is no string, or an empty one. */
export function checkTexts<N extends string>(
  grant: string,
  values: Readonly<Record<N, string>>,
  names: readonly N[],
): Readonly<Record<N, string>> {
  checkObject(grant, values, names)
  for (const name of names) {
    const value: unknown = values[name]
    if (typeof value !== 'string' || value === '')
      throw new TypeError(`${grant} needs ${name}, a string that is not empty`)
  }
  return values
}

/** @throws TypeError when it is none: a caller without types may hand over anything. */
export function checkObject(grant: string, value: unknown, names: readonly string[]): void {
  if (isJsonObject(value)) return
  throw new TypeError(`${grant} takes an object: { ${names.map((name) => `${name}: '…'`).join(', ')} }`)
}
