import { isNonEmptyString } from '../shapes.js'

/** A token answer as RFC 6749 §5.1 describes it, validated. */
export interface TokenAnswer {
  readonly accessToken: string
  /** As the server wrote it. */
  readonly tokenType: string
  readonly refreshToken: string | undefined
  readonly scope: string | undefined
}

/** What an answer holds for its members, not looked at yet. */
export interface TokenMembers {
  readonly access_token: unknown
  readonly token_type: unknown
  readonly refresh_token: unknown
  readonly scope: unknown
}

/** Visible ASCII: RFC 6749 appendix A.12 without the blank, which would end the credentials in a header. */
export function isSendable(accessToken: unknown): boolean {
  return typeof accessToken === 'string' && /^[\x21-\x7e]+$/.test(accessToken)
}

/** RFC 6749 appendix A.17. */
export function isRefreshToken(token: unknown): boolean {
  return typeof token === 'string' && /^[\x20-\x7e]+$/.test(token)
}

/**
 * Reads a token answer, apart from its lifetime. An ID token in it is not looked at: nobody here asked for one.
 *
 * @param tokenTypes the token types that can be used here, in lower case.
 * @returns what is wrong with an answer that is none; it quotes nothing of it.
 */
export function readTokenAnswer(members: TokenMembers, tokenTypes: readonly string[]): TokenAnswer | string {
  const { access_token: accessToken, token_type: tokenType, refresh_token: refreshToken, scope } = members
  if (!isNonEmptyString(accessToken)) return malformed('access_token')
  if (!isNonEmptyString(tokenType)) return malformed('token_type')
  if (refreshToken !== undefined && !isNonEmptyString(refreshToken)) return malformed('refresh_token')
  if (scope !== undefined && typeof scope !== 'string') return malformed('scope')
  if (!isSendable(accessToken)) return 'access_token holds what cannot be sent in a header'
  if (refreshToken !== undefined && !isRefreshToken(refreshToken)) {
    return 'refresh_token holds characters that RFC 6749 does not allow'
  }
  const type = tokenType.toLowerCase()
  // RFC 8693 §2.2.1
  if (type === 'n_a') return 'its token_type is N_A: what was issued is no access token'
  if (!tokenTypes.includes(type)) return 'token_type is not one that can be used'
  return { accessToken, tokenType, refreshToken, scope }
}

function malformed(name: string): string {
  return `${name} of the answer is missing or malformed`
}
