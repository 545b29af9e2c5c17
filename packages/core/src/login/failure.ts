import { tokenRequestError } from '../client/failure.js'
import { TokenRequestError } from '../errors.js'
import { IdTokenMismatch } from '../oauth/id-token-claims.js'
import { MetadataError } from '../oauth/metadata.js'
import { TransportFailure } from '../oauth/transport.js'
import { UserInfoMismatch } from '../oauth/user-info.js'
import { Refusal } from '../verifier/refusal.js'
import { LoginError } from './login-error.js'

/** What went wrong, as a caller is told. Anything unforeseen is told without its text, which may quote a secret. */
export function loginError(error: unknown): LoginError {
  if (error instanceof LoginError) return error
  if (error instanceof IdTokenMismatch)
    return new LoginError('invalid_response', { reason: `the ID token: ${error.message}` })
  if (error instanceof UserInfoMismatch) return new LoginError('invalid_response', { reason: error.message })
  if (error instanceof Refusal) return ofToken(error)
  if (error instanceof TokenRequestError || error instanceof TransportFailure || error instanceof MetadataError) {
    return ofRequest(tokenRequestError(error))
  }
  return new LoginError('server_error', { reason: 'an unforeseen failure' })
}

function ofToken({ code, message, retryAfter }: Refusal): LoginError {
  if (code !== 'temporarily_unavailable')
    return new LoginError('invalid_response', { reason: `the ID token: ${message}` })
  return new LoginError('temporarily_unavailable', { reason: message, retryAfter })
}

function ofRequest({ code, message, retryable }: TokenRequestError): LoginError {
  if (code === 'invalid_grant') return new LoginError('invalid_grant', { reason: message })
  if (code === 'invalid_response') return new LoginError('invalid_response', { reason: message })
  if (retryable) return new LoginError('temporarily_unavailable', { reason: message, retryAfter: 5 })
  return new LoginError('server_error', { reason: `${code}: ${message}` })
}

/** What an authorization server may say of a login (RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6). */
const answers: Readonly<Record<string, LoginError['code']>> = {
  access_denied: 'access_denied',
  login_required: 'login_required',
  consent_required: 'consent_required',
  interaction_required: 'interaction_required',
  account_selection_required: 'account_selection_required',
  temporarily_unavailable: 'temporarily_unavailable',
  unmet_authentication_requirements: 'insufficient_user_authentication',
}

/** The error an authorization server answered with. Its text is anybody's: only words that are known are repeated. */
export function answeredError(code: string): LoginError {
  const known = Object.hasOwn(answers, code) ? answers[code] : undefined
  const said = /^[a-z_]{1,50}$/.test(code) ? code : 'with an unknown error'
  return new LoginError(known ?? 'server_error', { reason: `the authorization server answered ${said}` })
}
