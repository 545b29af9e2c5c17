import { TokenRequestError } from '../errors.js'
import { MetadataError } from '../oauth/metadata.js'
import { TransportFailure } from '../oauth/transport.js'

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

/** Codes that are about what was asked for, not about the client or its credential. */
const ofOneRequest: readonly string[] = ['invalid_scope', 'invalid_target', 'invalid_request', 'access_denied']

/** Codes after which asking again is pointless until somebody changes something. */
const permanent: readonly string[] = [
  ...ofOneRequest,
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
]

/** How far a failure reaches, and whether it may be over soon. */
export function reachOf({ code }: TokenRequestError): { readonly everyKey: boolean; readonly transient: boolean } {
  return { everyKey: !ofOneRequest.includes(code), transient: !permanent.includes(code) }
}
