import { TokenRequestError, type TokenRequestErrorCode } from '../errors.js'
import { MetadataError } from '../oauth/metadata.js'
import { TransportFailure } from '../oauth/transport.js'

/** What went wrong, as a caller is told. Anything unforeseen is told without its text, which may quote a secret. */
export function tokenRequestError(error: unknown): TokenRequestError {
  if (error instanceof TokenRequestError) return error
  if (error instanceof TransportFailure) return failed(error.code, `: ${error.message}`)
  if (error instanceof MetadataError) return ofMetadata(error)
  if (error instanceof DOMException && error.name === 'TimeoutError') return failed('timeout', ' in time')
  return failed('invalid_response', ': an unforeseen failure')
}

function failed(code: TokenRequestErrorCode, why: string): TokenRequestError {
  const retryable = code === 'network_error' || code === 'timeout'
  return new TokenRequestError({ code, message: `No token could be had${why}`, retryable })
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

/** The store is what keeps something from being done; it may be back soon. */
export function storeFailed(message: string): TokenRequestError {
  return new TokenRequestError({ code: 'temporarily_unavailable', message, retryable: true })
}

/** The same error for another caller later, with a stack of its own. */
export function again(error: TokenRequestError, retryAt: number): TokenRequestError {
  const { message, retryable } = error
  return new TokenRequestError({ ...error, message, retryAt: retryable ? retryAt : undefined })
}
