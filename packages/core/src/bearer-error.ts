import { AuthError } from './auth-error.js'
import { type AuthScheme, type Challenge, formatChallenges } from './challenge.js'

/** The error codes of a refusal; `missing_token` is never sent, RFC 6750 §3.1 forbids it. */
export type BearerErrorCode =
  | 'missing_token'
  | 'invalid_request'
  | 'invalid_token'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'temporarily_unavailable'

type Refused = readonly [status: 400 | 401 | 403 | 503, description: string, isCurable?: true]

/**
 * The HTTP status of every refusal (RFC 6750 §3.1, RFC 9449 §7.1 and §9, RFC 9470 §3, RFC 9110 §15.6.4), and what the
 * client is told: the same few sentences for every cause, so that an answer is no oracle. Curable is what another token,
 * or one sent in another way, could mend: only there do further schemes help.
 */
const refusals: Readonly<Record<BearerErrorCode, Refused>> = {
  missing_token: [401, 'No access token was sent', true],
  invalid_request: [400, 'The request is malformed', true],
  invalid_token: [401, 'The access token is invalid or has expired', true],
  invalid_dpop_proof: [401, 'The DPoP proof is invalid'],
  use_dpop_nonce: [401, 'The DPoP proof needs the nonce of this answer'],
  insufficient_scope: [403, 'The access token lacks a required scope'],
  insufficient_user_authentication: [401, 'A more recent or stronger authentication is required'],
  temporarily_unavailable: [503, 'The access token cannot be verified at the moment'],
}

/** A whole HTTP answer as plain data, for frameworks that build their own responses. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** What a {@link BearerError} is made of. */
export interface BearerErrorInit {
  readonly code: BearerErrorCode
  /** Why, for logs only: it reaches neither the message nor the answer. It must not hold a token. */
  readonly reason: string
  /** The protection space named in the challenge (RFC 9110 §11.5). @default 'api' */
  readonly realm?: string | undefined
  /** The scopes that would have been enough, for `insufficient_scope`. */
  readonly scope?: readonly string[] | undefined
  /** URL of the protected resource metadata (RFC 9728 §5.1). */
  readonly resourceMetadata?: string | undefined
  /** Seconds after which to try again, for `temporarily_unavailable`. */
  readonly retryAfter?: number | undefined
  /** The scheme the request came under, whose challenge says what went wrong. @default the first that is offered */
  readonly scheme?: AuthScheme | undefined
  /** Set where DPoP is offered beside Bearer (RFC 9449 §7.1), or instead of it. */
  readonly dpop?: DpopOffer | undefined
  /** A nonce for the next proof (RFC 9449 §9), for `use_dpop_nonce`. */
  readonly dpopNonce?: string | undefined
  /** The authentication that would have been enough, for `insufficient_user_authentication` (RFC 9470 §3). */
  readonly stepUp?: StepUp | undefined
}

/** How an API offers DPoP in its challenges. */
export interface DpopOffer {
  /** JWS algorithms of the proofs it accepts. */
  readonly algorithms: readonly string[]
  /** Whether tokens that are bound to no key are refused, so that Bearer is not offered. */
  readonly required: boolean
}

/** What a request asks of the way the user logged in (RFC 9470 §4). */
export interface StepUp {
  /** Authentication contexts of which one must be the token's `acr`, the preferred one first. */
  readonly acrValues?: readonly string[] | undefined
  /** Seconds that may have passed since the login, the token's `auth_time`. */
  readonly maxAge?: number | undefined
}

/**
 * A request was refused (RFC 6750 §3). It knows its whole HTTP answer.
 *
 * `reason` says why, for your logs. The message, which frameworks like to send, says no more than the answer does.
 *
 * @example
 * try {
 *   const token = await verifier.authenticate(request, { scopes: 'accounts:read' })
 * } catch (error) {
 *   if (error instanceof BearerError) return error.toResponse()
 *   throw error
 * }
 */
export class BearerError extends AuthError {
  override readonly name = 'BearerError'
  readonly code: BearerErrorCode
  readonly status: 400 | 401 | 403 | 503
  /** The error code as sent; unset when no token was sent (RFC 6750 §3.1). */
  readonly error: Exclude<BearerErrorCode, 'missing_token'> | undefined
  /** Why, for your logs: `'exp has passed'`, for instance. Never sent; never a token or a secret. */
  readonly reason: string
  /** The first says what went wrong; the others name further schemes that a token may be sent under. */
  readonly challenges: readonly Challenge[]
  /** Seconds after which to try again, as sent in `Retry-After`. */
  readonly retryAfter: number | undefined
  /** A nonce for the next proof, as sent in `DPoP-Nonce`. */
  readonly dpopNonce: string | undefined

  constructor(init: BearerErrorInit) {
    const { code, reason, retryAfter, dpopNonce } = init
    const [status, description, isCurable = false] = refusals[code]
    super(description)
    this.code = code
    this.status = status
    this.error = told(code)?.error
    this.reason = reason
    this.challenges = status === 503 ? [] : challengesOf(init, isCurable)
    this.retryAfter = retryAfter
    this.dpopNonce = dpopNonce
  }

  /** The whole HTTP answer as plain data. */
  get answer(): HttpAnswer {
    const { challenges, code, dpopNonce, retryAfter, status } = this
    const headers = given([
      ['content-type', 'application/json'],
      ['cache-control', 'no-store'],
      ['www-authenticate', challenges.length > 0 ? formatChallenges(challenges) : undefined],
      ['dpop-nonce', dpopNonce],
      ['retry-after', retryAfter?.toString()],
    ])
    return { status, headers, body: JSON.stringify(told(code) ?? { message: 'Unauthorized' }) }
  }

  /** The whole HTTP answer as a `Response`. */
  toResponse(): Response {
    const { status, headers, body } = this.answer
    return new Response(body, { status, headers: Object.fromEntries(headers) })
  }
}

/** What a client is told of the error; nothing where it sent no token, for which the status says enough (RFC 6750 §3.1). */
function told(code: BearerErrorCode) {
  return code === 'missing_token' ? undefined : { error: code, error_description: refusals[code][1] }
}

function challengesOf(init: BearerErrorInit, isCurable: boolean): readonly Challenge[] {
  const { scope = [], stepUp } = init
  const error = {
    ...told(init.code),
    scope: scope.length > 0 ? scope.join(' ') : undefined,
    acr_values: stepUp?.acrValues?.join(' '),
    max_age: stepUp?.maxAge?.toString(),
  }
  const [used, ...others] = offered(init)
  const further = isCurable ? others.map((scheme) => challenge(scheme, init)) : []
  return [challenge(used, init, error), ...further]
}

/** The schemes a token may be sent under, the one it came under first. */
function offered({ dpop, scheme }: BearerErrorInit): readonly [AuthScheme, ...AuthScheme[]] {
  if (dpop?.required === true) return ['DPoP']
  if (dpop?.required !== false) return ['Bearer']
  return scheme === 'DPoP' ? ['DPoP', 'Bearer'] : ['Bearer', 'DPoP']
}

function challenge(
  scheme: AuthScheme,
  { realm = 'api', dpop, resourceMetadata }: BearerErrorInit,
  error: Readonly<Record<string, string | undefined>> = {},
): Challenge {
  const algs = scheme === 'DPoP' ? dpop?.algorithms.join(' ') : undefined
  const params = Object.entries({ realm, ...error, algs, resource_metadata: resourceMetadata })
  return { scheme, params: Object.fromEntries(given(params)) }
}

type Pair<T> = readonly [name: string, value: T]

/** Those that have a value, in their order. */
function given(pairs: readonly Pair<string | undefined>[]): readonly Pair<string>[] {
  return pairs.filter((pair): pair is Pair<string> => pair[1] !== undefined)
}
