import { processClientCredentialsResponse } from 'oauth4webapi'
import type { JsonObject } from '../json.js'

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
 * Validates a token answer.
 *
 * @param tokenTypes the token types that can be used here, in lower case.
 * @throws MalformedAnswer
 */
export async function validateTokenAnswer(document: JsonObject, tokenTypes: readonly string[]): Promise<TokenAnswer> {
  // RFC 8693 §2.2.1
  if (String(document.token_type).toLowerCase() === 'n_a') {
    throw new MalformedAnswer('its token_type is N_A: what was issued is no access token')
  }
  const { access_token, token_type, refresh_token, scope } = await processed(document, tokenTypes)
  if (!isSendable(access_token)) throw new MalformedAnswer('access_token holds what cannot be sent in a header')
  if (refresh_token !== undefined && !isRefreshToken(refresh_token)) {
    throw new MalformedAnswer('refresh_token holds characters that RFC 6749 does not allow')
  }
  if (!tokenTypes.includes(token_type.toLowerCase()))
    throw new MalformedAnswer('token_type is not one that can be used')
  return { accessToken: access_token, tokenType: String(document.token_type), refreshToken: refresh_token, scope }
}

async function processed(
  document: JsonObject,
  tokenTypes: readonly string[],
): ReturnType<typeof processClientCredentialsResponse> {
  // An ID token would have to be verified; nobody here asked for one.
  const { id_token: _, ...answer } = document
  const response = new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } })
  const recognizedTokenTypes = Object.fromEntries(tokenTypes.map((type) => [type.toLowerCase(), () => undefined]))
  try {
    return await processClientCredentialsResponse(server, client, response, { recognizedTokenTypes })
  } catch (error) {
    // Its errors carry the whole answer in their cause; only the name of the member is taken over.
    const member = /"(access_token|token_type|expires_in|refresh_token|scope)"/.exec(String(error))?.[1]
    throw new MalformedAnswer(`${member ?? 'token_type'} of the answer is missing or malformed`)
  }
}

/** Only ID tokens are compared with these. */
const server = { issuer: 'https://unused.invalid' }
const client = { client_id: 'unused' }
