import { encodeBase64url } from '../base64url.js'
import { isJsonObject, type JsonObject, own } from '../json.js'
import { checkIdTokenClaims, IdTokenMismatch } from '../oauth/id-token-claims.js'
import { type ParsedJwt, parseJwt } from '../verifier/jws.js'
import { findSigner } from '../verifier/jwt.js'
import { commonScope } from '../verifier/request-scope.js'
import type { LoginSettings } from './settings.js'

/** Longer than any honest one. */
const maxLength = 64 * 1024

/** What a login is checked by. */
type IdTokenSettings = Pick<LoginSettings, 'issuer' | 'client' | 'algorithms' | 'keys' | 'now' | 'implicit'>

/** What came with an ID token, or was asked for before. */
export interface IdTokenContext {
  readonly nonce: string
  readonly maxAge: number | undefined
  readonly accessToken: string
  readonly code: string | undefined
  readonly state: string
}

/**
 * Verifies an ID token (OpenID Connect Core 1.0 §3.1.3.7): its signature by a key of the issuer, its claims, and that it
 * belongs to what came with it.
 *
 * @throws Refusal, IdTokenMismatch
 */
export async function verifyIdToken(
  idToken: string,
  settings: IdTokenSettings,
  context: IdTokenContext,
): Promise<JsonObject & { readonly sub: string }> {
  const { issuer, algorithms, client, now, implicit } = settings
  const jwt = await verifySignature(idToken, settings, ['jwt'])
  const { nonce, maxAge, accessToken, code, state } = context
  const { clientId } = client
  const claims = await checkIdTokenClaims(idToken, {
    issuer,
    clientId,
    nonce,
    maxAge,
    algorithms: [...algorithms],
    now,
  })
  if (implicit && own(claims, 'at_hash') === undefined) throw new IdTokenMismatch('its at_hash is missing')
  for (const [name, value] of Object.entries({ at_hash: accessToken, c_hash: code, s_hash: state })) {
    const hash = own(claims, name)
    if (hash === undefined || value === undefined) continue
    if (hash !== (await halfHash(own(jwt.header, 'alg'), value))) throw new IdTokenMismatch(`its ${name} is wrong`)
  }
  const sub = own(claims, 'sub')
  if (typeof sub !== 'string' || sub === '') throw new IdTokenMismatch('its sub is missing')
  return { ...claims, sub }
}

/** Seconds since a logout token was made after which it is a recorded one, and by which the server's clock may differ. */
const logoutMaxAge = 300
const tolerance = 60

/** Whom a logout token is about: a person, one of their sessions, or both. */
export interface NamedByLogout {
  readonly subject: string | undefined
  readonly sid: string | undefined
  readonly jti: string
}

/**
 * Verifies a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6).
 *
 * @throws Refusal, IdTokenMismatch
 */
export async function verifyLogoutToken(logoutToken: string, settings: IdTokenSettings): Promise<NamedByLogout> {
  const { claims } = await verifySignature(logoutToken, settings, ['jwt', 'logout+jwt'])
  const [iss, aud, sub, sid, jti, events] = ['iss', 'aud', 'sub', 'sid', 'jti', 'events'].map((name) =>
    own(claims, name),
  )
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (iss !== settings.issuer) throw new IdTokenMismatch('it is from another issuer')
  if (!audiences.includes(settings.client.clientId)) throw new IdTokenMismatch('it is for another client')
  if (own(claims, 'nonce') !== undefined) throw new IdTokenMismatch('it has a nonce, so that it is no logout token')
  if (!isJsonObject(events) || !isJsonObject(own(events, logoutEvent))) throw new IdTokenMismatch('it names no logout')
  const now = settings.now() / 1000
  const [iat, exp] = [own(claims, 'iat'), own(claims, 'exp')]
  const young = typeof iat === 'number' && iat <= now + tolerance && iat >= now - logoutMaxAge
  if (!young || (exp !== undefined && !(typeof exp === 'number' && exp > now - tolerance))) {
    throw new IdTokenMismatch('its iat or exp is missing, ahead or past')
  }
  const named = { subject: text(sub), sid: text(sid) }
  if (typeof jti !== 'string' || jti === '') throw new IdTokenMismatch('its jti is missing')
  if (named.subject === undefined && named.sid === undefined) throw new IdTokenMismatch('it names nobody')
  return { ...named, jti }
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

async function verifySignature(
  token: string,
  { algorithms, keys }: IdTokenSettings,
  types: readonly string[],
): Promise<ParsedJwt> {
  if (token.length > maxLength) throw new IdTokenMismatch('it is too long')
  const jwt = parseJwt(token)
  // By its type an access token is none, and a logout token neither (RFC 8725 §3.11).
  const rules = { algorithms, typ: new Set(types), untyped: true }
  await findSigner(jwt, rules, keys, { scope: commonScope(), signal: undefined })
  return jwt
}

/** The left half of a hash by the token's own algorithm (OpenID Connect Core 1.0 §3.1.3.6). */
async function halfHash(alg: unknown, value: string): Promise<string> {
  // That of EdDSA is SHA-512, also where the curve is named: Ed25519.
  const bits = /^[A-Z]{2}(\d{3})$/.exec(String(alg))?.[1] ?? '512'
  const digest = await crypto.subtle.digest(`SHA-${bits}`, new TextEncoder().encode(value))
  return encodeBase64url(new Uint8Array(digest).subarray(0, digest.byteLength / 2))
}
