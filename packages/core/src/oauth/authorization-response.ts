import { AuthorizationResponseError, validateAuthResponse } from 'oauth4webapi'

/** What an authorization response is held against. */
export interface ResponseExpectations {
  readonly issuer: string
  /** Whether this issuer names itself in each response, so that one that does not is not its own (RFC 9207 §2.4). */
  readonly namesIssuer: boolean
  readonly clientId: string
  readonly state: string
}

/** A response that does not answer the request, or is none. Internal; it quotes nothing of the response. */
export class ResponseMismatch extends Error {
  override readonly name = 'ResponseMismatch'
}

/**
 * Checks an authorization response (RFC 6749 §4.1.2, RFC 9207): its issuer, its state, and that nothing is there twice.
 *
 * @returns the server's error code, where it is an error; it may be any text.
 * @throws ResponseMismatch
 */
export function checkAuthorizationResponse(
  parameters: URLSearchParams,
  { issuer, namesIssuer, clientId, state }: ResponseExpectations,
): string | undefined {
  const server = { issuer, authorization_response_iss_parameter_supported: namesIssuer }
  // Tokens in the response are the business of who asked for them there.
  const checked = new URLSearchParams(parameters)
  checked.delete('id_token')
  try {
    validateAuthResponse(server, { client_id: clientId }, checked, state)
    return undefined
  } catch (error) {
    if (error instanceof AuthorizationResponseError) return error.error
    // Its errors carry the whole response.
    throw new ResponseMismatch('the authorization response does not answer this request: iss or state differ')
  }
}
