import { TokenRequestError } from '../errors.js'
import { MetadataError } from '../oauth/metadata.js'
import { TransportFailure } from '../oauth/transport.js'
import type { Grant } from './grants/grant.js'

/** What went wrong, as a caller is told. Anything unforeseen is told without its text, which may quote a secret. */
export function tokenRequestError(error: unknown): TokenRequestError {
  if (error instanceof TokenRequestError) return error
  if (error instanceof TransportFailure) {
    const retryable = error.code === 'network_error' || error.code === 'timeout'
    return new TokenRequestError({ code: error.code, message: `No token could be had: ${error.message}`, retryable })
  }
  if (error instanceof MetadataError) return ofMetadata(error)
  if (isTimeout(error)) {
    return new TokenRequestError({ code: 'timeout', message: 'No token could be had in time', retryable: true })
  }
  return new TokenRequestError({ code: 'invalid_response', message: 'No token could be had: an unforeseen failure' })
}

function ofMetadata({ status, message }: MetadataError): TokenRequestError {
  const retryable = status !== undefined && (status >= 500 || status === 429)
  return new TokenRequestError({
    code: retryable ? 'temporarily_unavailable' : 'invalid_metadata',
    message: `The issuer cannot be used: ${message}`,
    status,
    retryable,
  })
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError'
}

/** The same error for another caller later, with a stack of its own. */
export function again(error: TokenRequestError, retryAt: number): TokenRequestError {
  const { code, message, status, retryable, interaction } = error
  return new TokenRequestError({
    code,
    message,
    status,
    retryable,
    interaction,
    retryAt: retryable ? retryAt : undefined,
  })
}

/** Codes that are about the server or the client, whatever was asked for and for whom. */
const ofEveryRequest: readonly string[] = [
  'invalid_client',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'network_error',
  'timeout',
  'temporarily_unavailable',
  'server_error',
]

/** Codes after which asking again is pointless until somebody changes something. */
const permanent: readonly string[] = [
  'invalid_scope',
  'invalid_target',
  'invalid_request',
  'access_denied',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'interaction_required',
]

/** Seconds after which somebody who was told to act may have acted. */
const patience = 30

/** Seconds after which a person may be asked again who said no, or did not come: they have waited already. */
const pauseOfLogin = 1

/** What a login ends with that has to be begun anew. */
const endOfLogin: readonly string[] = ['access_denied', 'expired_token', 'invalid_grant']

/** What a failure means for the calls after it. */
export interface Reach {
  /** Whose calls: everybody's, those for the same person, or those that ask for the same. */
  readonly reach: 'client' | 'credential' | 'key'
  readonly transient: boolean
  /** Seconds it is remembered, where that does not grow with each failure. */
  readonly wait: number | undefined
}

/**
 * How far a failure reaches, and whether it may be over soon.
 *
 * @param rotates whether the client may have another secret the next time.
 */
export function reachOf({ code, retryAt }: TokenRequestError, grant: Grant, rotates: boolean, now: number): Reach {
  if (grant.login !== undefined && endOfLogin.includes(code))
    return { reach: 'key', transient: true, wait: pauseOfLogin }
  // A new secret needs no restart; a person no new client.
  const patient = code === 'interaction_required' || (code === 'invalid_client' && rotates)
  return {
    reach: ofEveryRequest.includes(code) ? 'client' : isOfCredential(code, grant) ? 'credential' : 'key',
    transient: !permanent.includes(code),
    wait: patient ? patience : retryAt === undefined ? undefined : retryAt - now,
  }
}

/** Whether it is the person's credential that was refused. */
function isOfCredential(code: string, { name }: Grant): boolean {
  // RFC 8693 §2.2.2 has this word for a subject token that is not accepted.
  if (code === 'invalid_request') return name === 'token_exchange'
  // With a refresh token it is about that token, and each key may have its own.
  return code === 'grant_failed' || (code === 'invalid_grant' && name !== 'refresh_token')
}
