import { TokenRequestError, type TokenRequestErrorCode } from '../errors.js'
import type { TransportAnswer } from '../oauth/transport.js'
import { readPath } from '../path.js'
import { isNonEmptyString } from '../shapes.js'
import { fits } from './match.js'
import type { Profile } from './profile.js'
import { mentions } from './secrets.js'

/** What reading an answer needs to know besides the answer. */
export interface AnswerContext {
  /** Everything secret the request held, so that a server's echo of it goes nowhere. */
  readonly secrets: readonly string[]
  /** Seconds since the epoch. */
  readonly now: number
}

/** Seconds a server may ask a client to wait at most. */
const longestWait = 3600

/**
 * Codes of RFC 6749 §5.2, RFC 8628 §3.5, RFC 8707 §2 and RFC 9449 §5 and §8, and those of an authorization endpoint that
 * some servers use here.
 */
const standardCodes: readonly TokenRequestErrorCode[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'access_denied',
  'expired_token',
  'server_error',
  'temporarily_unavailable',
]

/** The error an answer stands for, by the profile's rules, else by RFC 6749 §5.2, else by its status. */
export function failureOf(
  profile: Profile,
  { status, headers }: TransportAnswer,
  document: unknown,
  context: AnswerContext,
): TokenRequestError {
  const said = errorCodeOf(profile, document)
  const code =
    profile.errors?.find((rule) => fits(rule.status, status) && fits(rule.code, said))?.is ??
    standardCodes.find((each) => each === said) ??
    byStatus(status)
  const retryable = code === 'temporarily_unavailable' || (code === 'server_error' && status >= 500)
  const wait = retryable ? retryAfter(headers, context.now) : undefined
  const secrets = [...context.secrets, ...tokensOf(profile, document)]
  const what = said === undefined || mentions(said, secrets) ? '' : `${said}, `
  const more = description(profile, document, secrets)
  return new TokenRequestError({
    code,
    message: `The authorization server of profile ${profile.name} refused the request (${what}status ${status})${more}`,
    status,
    retryable,
    retryAt: wait && context.now + wait,
  })
}

/** The code of an error as the server says it, where it is one. */
export function errorCodeOf({ answer }: Profile, document: unknown): string | undefined {
  return word(readPath(document, answer?.error?.code ?? 'error'))
}

function byStatus(status: number): TokenRequestErrorCode {
  if (status === 408 || status === 429 || status === 503) return 'temporarily_unavailable'
  if (status === 401) return 'invalid_client'
  if (status === 403) return 'access_denied'
  if (status >= 400 && status < 500) return 'invalid_request'
  return status >= 500 || status === 200 ? 'server_error' : 'invalid_response'
}

/** `Retry-After` in seconds, from either of its forms (RFC 9110 §10.2.3), an hour at most; none where that is now. */
function retryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? ''
  const seconds = /^\d{1,10}$/.test(value) ? Number(value) : Date.parse(value) / 1000 - now
  return seconds > 0 ? Math.min(seconds, longestWait) : undefined
}

/** Tokens in an answer that is an error all the same. */
function tokensOf({ answer }: Profile, document: unknown): readonly string[] {
  const handles = answer?.interaction?.flatMap(({ handle }) => handle ?? []) ?? []
  const paths = [answer?.accessToken ?? 'access_token', answer?.refreshToken ?? 'refresh_token', 'id_token', ...handles]
  return paths.map((path) => readPath(document, path)).filter((value) => typeof value === 'string')
}

/** Some servers number their errors. */
function word(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value) ? value : undefined
}

/** What is for logs: printable ASCII, cut short, and left out whole if it repeats anything secret. */
function description({ answer }: Profile, document: unknown, secrets: readonly string[]): string {
  const text = readPath(document, answer?.error?.description ?? 'error_description')
  if (!isNonEmptyString(text) || mentions(text, secrets)) return ''
  return `: ${text.slice(0, 200).replace(/[^\x20-\x7e]/g, '?')}`
}
