import { type JsonObject, own } from '../json.js'

/** A token answer as RFC 6749 §5.1 describes it, validated. */
export interface TokenAnswer {
  readonly accessToken: string
  /** As the server wrote it. */
  readonly tokenType: string
  readonly refreshToken: string | undefined
  readonly scope: string | undefined
}

/** An answer that is not what RFC 6749 §5.1 describes. Internal; it quotes nothing of the answer. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer'
}

/** Visible ASCII: RFC 6749 appendix A.12 without the blank, which would end the credentials in a header. */
export function isSendable(accessToken: string): boolean {
  return /^[\x21-\x7e]+$/.test(accessToken)
}

/** RFC 6749 appendix A.17. */
export function isRefreshToken(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text)
}

/**
 * Validates a token answer, apart from its lifetime. An ID token in it is not looked at: nobody here asked for one.
 *
 * @param tokenTypes the token types that can be used here, in lower case.
 * @throws MalformedAnswer
 */
export function validateTokenAnswer(document: JsonObject, tokenTypes: readonly string[]): TokenAnswer {
  const accessToken = textOf(document, 'access_token') ?? missing('access_token')
  const tokenType = textOf(document, 'token_type') ?? missing('token_type')
  const refreshToken = textOf(document, 'refresh_token')
  const scope = textOf(document, 'scope')
  if (!isSendable(accessToken)) throw new MalformedAnswer('access_token holds what cannot be sent in a header')
  if (refreshToken !== undefined && !isRefreshToken(refreshToken)) {
    throw new MalformedAnswer('refresh_token holds characters that RFC 6749 does not allow')
  }
  const type = tokenType.toLowerCase()
  // RFC 8693 §2.2.1
  if (type === 'n_a') throw new MalformedAnswer('its token_type is N_A: what was issued is no access token')
  if (!tokenTypes.includes(type)) throw new MalformedAnswer('token_type is not one that can be used')
  return { accessToken, tokenType, refreshToken, scope }
}

/** A member that is a string or absent; of them all only a scope may be empty. */
function textOf(document: JsonObject, name: string): string | undefined {
  const value = own(document, name)
  if (value === undefined || (typeof value === 'string' && (value !== '' || name === 'scope'))) return value
  return missing(name)
}

function missing(name: string): never {
  throw new MalformedAnswer(`${name} of the answer is missing or malformed`)
}
