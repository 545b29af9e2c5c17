import { processUserInfoResponse } from 'oauth4webapi'
import { type JsonObject, parseJsonObject } from '../json.js'
import { exchange, type TransportLimits } from './transport.js'

/** An answer about a person that cannot be used. Internal; it quotes nothing of the answer. */
export class UserInfoMismatch extends Error {
  override readonly name = 'UserInfoMismatch'
}

/** Bytes of an answer. */
const maxBytes = 256 * 1024

/**
 * Asks who an access token is about (OpenID Connect Core 1.0 §5.3). The answer must be about the person of the ID token,
 * and plain JSON: nobody here verifies a signed one.
 *
 * @throws TransportFailure, UserInfoMismatch
 */
export async function fetchUserInfo(
  url: URL,
  token: { readonly accessToken: string; readonly subject: string },
  limits: Omit<TransportLimits, 'maxBytes'>,
): Promise<JsonObject> {
  const headers = { accept: 'application/json', authorization: `Bearer ${token.accessToken}` }
  const { status, headers: fields, body } = await exchange({ method: 'GET', url, headers }, { ...limits, maxBytes })
  const type = fields.get('content-type') ?? ''
  if (/^application\/jwt\b/i.test(type)) throw new UserInfoMismatch('the answer about the person is a JWT')
  // A document that is too deep to be walked over later is refused here.
  if (parseJsonObject(body) === undefined) throw new UserInfoMismatch('the answer about the person is no JSON object')
  const response = new Response(body, { status, headers: { 'content-type': type } })
  try {
    return { ...(await processUserInfoResponse(server, client, token.subject, response)) }
  } catch {
    // Its errors carry the whole answer.
    throw new UserInfoMismatch('the answer about the person is malformed, or about somebody else')
  }
}

/** Only signed answers are compared with these. */
const server = { issuer: 'https://unused.invalid' }
const client = { client_id: 'unused' }
