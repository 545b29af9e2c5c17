import { AuthError } from './auth-error.js'

/**
 * Why no access token could be had: the error codes of RFC 6749 §5.2, RFC 8628 §3.5 and RFC 8707 §2, and what can go
 * wrong before an authorization server gets to say one.
 */
export type TokenRequestErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target'
  /** The proof of possession was refused, or could not be made (RFC 9449 §5). */
  | 'invalid_dpop_proof'
  /** The server wants a nonce in the proof, and named none that is new (RFC 9449 §8). */
  | 'use_dpop_nonce'
  | 'access_denied'
  /** Nobody logged in while the code that was shown lived (RFC 8628 §3.5). */
  | 'expired_token'
  /** The server wants a person to do something first, a second factor for instance; see `interaction`. */
  | 'interaction_required'
  /** The server answered 5xx, or with an error nobody knows. */
  | 'server_error'
  /** The server answered 429 or 503, or asked to wait. */
  | 'temporarily_unavailable'
  /** No connection, or it broke before the answer was complete. */
  | 'network_error'
  | 'timeout'
  /** The answer is not what RFC 6749 §5.1 or the profile describes. */
  | 'invalid_response'
  | 'response_too_large'
  | 'redirect_refused'
  /** The metadata of RFC 8414 are missing, malformed, or of another issuer. */
  | 'invalid_metadata'
  /** The grant could not be made: a key, or a function that was given with it, failed. */
  | 'grant_failed'
  /** `fetch` was asked to send the token to an origin that is not allowed to see it. */
  | 'origin_not_allowed'
  | 'client_closed'

/** What an authorization server wants before it hands out a token, as the profile recognised it. */
export interface Interaction {
  /** What kind of step it is, `'two_factor'` for instance. */
  readonly kind: string
  /** What the server gave to go on with. It is a secret: no message, inspection or JSON of the error shows it. */
  readonly handle?: string | undefined
}

/** An accessor over a private field: whoever prints the error sees the kind, whoever reads `handle` gets the handle. */
class HiddenInteraction implements Interaction {
  readonly kind: string
  readonly #handle: string | undefined

  constructor({ kind, handle }: Interaction) {
    this.kind = kind
    this.#handle = handle
  }

  get handle(): string | undefined {
    return this.#handle
  }

  toJSON(): object {
    return { kind: this.kind }
  }

  /** Without it, an inspection that was told to call getters would show the handle. */
  [Symbol.for('nodejs.util.inspect.custom')](): object {
    return this.toJSON()
  }
}

/** What a {@link TokenRequestError} is made of. */
interface TokenRequestErrorInit {
  readonly code: TokenRequestErrorCode
  readonly message: string
  readonly status?: number | undefined
  readonly retryable?: boolean | undefined
  readonly retryAt?: number | undefined
  readonly interaction?: Interaction | undefined
}

/**
 * No access token could be had (RFC 6749 §5.2).
 *
 * The message never holds what was sent or received beyond the server's sanitised error code and description.
 *
 * @example
 * try {
 *   await client.getToken()
 * } catch (error) {
 *   if (error instanceof TokenRequestError && error.retryable) scheduleRetry(error.retryAt)
 *   else throw error
 * }
 */
export class TokenRequestError extends AuthError {
  override readonly name = 'TokenRequestError'
  readonly code: TokenRequestErrorCode
  /** The HTTP status of the answer, where there was one. */
  readonly status: number | undefined
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** When to ask again, in seconds since the epoch, where that is known. */
  readonly retryAt: number | undefined
  /** Set when `code` is `'interaction_required'`. */
  readonly interaction: Interaction | undefined

  constructor(init: TokenRequestErrorInit) {
    super(init.message)
    this.code = init.code
    this.status = init.status
    this.retryable = init.retryable ?? false
    this.retryAt = init.retryAt
    this.interaction = init.interaction === undefined ? undefined : new HiddenInteraction(init.interaction)
  }
}
