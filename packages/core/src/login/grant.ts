import type { Grant } from '../client/grants/grant.js'
import { refreshable } from '../client/grants/refreshing.js'
import { TokenRequestError } from '../errors.js'

/** A code that was answered, and what proves that it was answered to us. */
export interface AnsweredCode {
  readonly code: string
  readonly redirectUri: string
  readonly codeVerifier: string
}

/**
 * How a session comes by its tokens: by a code, once (RFC 6749 §4.1.3), and by refresh tokens from then on. Whoever logs
 * in again has another session, so that a session whose refresh token has ended is over.
 *
 * @param session a digest of the session's id: what its tokens are kept under.
 */
export function sessionGrant(session: string, answered?: AnsweredCode): Grant {
  return {
    ...refreshable('authorization_code', {}),
    identity: () => [session],
    parameters: () =>
      answered === undefined
        ? {}
        : { code: answered.code, redirect_uri: answered.redirectUri, code_verifier: answered.codeVerifier },
    once: () => {
      if (answered !== undefined) return answered.code
      throw new TokenRequestError({
        code: 'invalid_grant',
        message: 'The session has no refresh token that is accepted: a new login is needed',
      })
    },
  }
}
