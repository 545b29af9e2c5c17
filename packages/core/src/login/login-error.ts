import { AuthError, type HttpAnswer } from '../errors.js'

/** Why a login, a logout or a session was refused. Those of the authorization server keep its own words. */
export type LoginErrorCode =
  /** The request is malformed: a parameter twice, a return target elsewhere, a body that is too large. */
  | 'invalid_request'
  /** It belongs to no login that this browser began lately, or to one that is over. */
  | 'invalid_transaction'
  /** The person, or the authorization server, said no. */
  | 'access_denied'
  /** The server would have had to ask something, and was told not to (`prompt: 'none'`). */
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  | 'account_selection_required'
  /** The login was not as strong as it had to be. */
  | 'insufficient_user_authentication'
  /** The authorization server refused the code. */
  | 'invalid_grant'
  /** What the authorization server sent cannot be believed. */
  | 'invalid_response'
  /** The authorization server failed, or refused this app. */
  | 'server_error'
  /** The authorization server or the store cannot be reached. */
  | 'temporarily_unavailable'
  /** Another site's page sent the request. */
  | 'cross_site_request'
  | 'method_not_allowed'

const statusOf = {
  invalid_request: 400,
  invalid_transaction: 400,
  access_denied: 403,
  login_required: 403,
  consent_required: 403,
  interaction_required: 403,
  account_selection_required: 403,
  insufficient_user_authentication: 403,
  invalid_grant: 400,
  invalid_response: 502,
  server_error: 502,
  temporarily_unavailable: 503,
  cross_site_request: 403,
  method_not_allowed: 405,
} as const satisfies Record<LoginErrorCode, number>

/** What a person is told: one sentence for each code, whatever happened. */
const messageOf = {
  invalid_request: 'The request is malformed',
  invalid_transaction: 'This login is over or was begun elsewhere; please start again',
  access_denied: 'The login was denied',
  login_required: 'A login is required',
  consent_required: 'Consent is required',
  interaction_required: 'The authorization server wants to ask something first',
  account_selection_required: 'An account has to be chosen first',
  insufficient_user_authentication: 'A more recent or stronger authentication is required',
  invalid_grant: 'The login was refused; please start again',
  invalid_response: 'The answer of the authorization server cannot be used',
  server_error: 'The authorization server failed',
  temporarily_unavailable: 'Logging in is not possible at the moment',
  cross_site_request: 'The request came from another site',
  method_not_allowed: 'The method is not allowed',
} as const satisfies Record<LoginErrorCode, string>

/** What a {@link LoginError} is made of. */
export interface LoginErrorInit {
  /** Why, for logs only. It must not hold a code, a token or what somebody sent. */
  readonly reason: string
  /** Where the person wanted to go, to offer another try. */
  readonly returnTo?: string | undefined
  /** Seconds. */
  readonly retryAfter?: number | undefined
  /** Fields its answer sends besides. */
  readonly headers?: HttpAnswer['headers'] | undefined
}

/**
 * A login, a logout or a session was refused. It knows its whole HTTP answer.
 *
 * `reason` says why, for your logs; the message and the answer say no more than the code does.
 *
 * @example
 * try {
 *   return await login.callback(request)
 * } catch (error) {
 *   if (error instanceof LoginError) return error.toResponse()
 *   throw error
 * }
 */
export class LoginError extends AuthError {
  override readonly name = 'LoginError'
  readonly code: LoginErrorCode
  readonly status: 400 | 403 | 405 | 502 | 503
  /** Why, for your logs. Never sent; never a token or a secret. */
  readonly reason: string
  /** Where the person wanted to go: a path of this app. */
  readonly returnTo: string | undefined
  /** Seconds after which to try again, as sent in `Retry-After`. */
  readonly retryAfter: number | undefined
  readonly #headers: HttpAnswer['headers']

  constructor(code: LoginErrorCode, { reason, returnTo, retryAfter, headers = [] }: LoginErrorInit) {
    super(messageOf[code])
    this.code = code
    this.status = statusOf[code]
    this.reason = reason
    this.returnTo = returnTo
    this.retryAfter = retryAfter
    this.#headers = headers
  }

  /** The whole HTTP answer as plain data. */
  get answer(): HttpAnswer {
    const headers: [string, string][] = [
      ['content-type', 'application/json'],
      ['cache-control', 'no-store'],
      ['referrer-policy', 'no-referrer'],
      ...this.#headers.map(([name, value]): [string, string] => [name, value]),
    ]
    if (this.retryAfter !== undefined) headers.push(['retry-after', String(this.retryAfter)])
    const body = JSON.stringify({ error: this.code, error_description: this.message })
    return { status: this.status, headers, body }
  }

  /** The whole HTTP answer as a `Response`. */
  toResponse(): Response {
    const { status, headers, body } = this.answer
    return new Response(body, { status, headers: headers.map(([name, value]) => [name, value]) })
  }

  /** The same with more to say. */
  with({ returnTo, headers = [] }: Pick<LoginErrorInit, 'returnTo' | 'headers'>): LoginError {
    return new LoginError(this.code, {
      reason: this.reason,
      returnTo: returnTo ?? this.returnTo,
      retryAfter: this.retryAfter,
      headers: [...this.#headers, ...headers],
    })
  }
}
