import { clockSkew, clockTolerance, getValidatedIdTokenClaims, processAuthorizationCodeResponse } from 'oauth4webapi'
import type { JsonObject } from '../json.js'

/** What an ID token is held against. */
export interface IdTokenExpectations {
  readonly issuer: string
  readonly clientId: string
  readonly nonce: string
  /** Seconds that may have passed since the person logged in; unset where nobody asked. */
  readonly maxAge: number | undefined
  readonly algorithms: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** An ID token that is not for this login. Internal; it quotes nothing of the token. */
export class IdTokenMismatch extends Error {
  override readonly name = 'IdTokenMismatch'
}

/** Seconds by which the server's clock may differ. */
export const idTokenTolerance = 30

/**
 * Checks the claims of an ID token (OpenID Connect Core 1.0 §3.1.3.7): `iss`, `aud`, `azp`, `exp`, `iat`, `nonce`,
 * `auth_time`. Its signature is the caller's to verify.
 *
 * @throws IdTokenMismatch
 */
export async function checkIdTokenClaims(
  idToken: string,
  { issuer, clientId, nonce, maxAge, algorithms, now }: IdTokenExpectations,
): Promise<JsonObject> {
  const server = { issuer, id_token_signing_alg_values_supported: [...algorithms] }
  const client = {
    client_id: clientId,
    [clockSkew]: (now() - Date.now()) / 1000,
    [clockTolerance]: idTokenTolerance,
  }
  // The rest of the answer was read before; what stands in for it is not looked at.
  const document = JSON.stringify({ access_token: 'unused', token_type: 'bearer', id_token: idToken })
  const response = new Response(document, { headers: { 'content-type': 'application/json' } })
  const expected = { expectedNonce: nonce, requireIdToken: true, ...(maxAge === undefined ? {} : { maxAge }) }
  try {
    const claims = getValidatedIdTokenClaims(await processAuthorizationCodeResponse(server, client, response, expected))
    // Of one audience it may be missing; where it is there, it has to be us.
    if (claims !== undefined && (claims.azp ?? clientId) === clientId) return { ...claims }
  } catch {
    // Its errors carry the token.
  }
  throw new IdTokenMismatch('its iss, aud, azp, exp, nonce or auth_time is not what this login expects')
}
