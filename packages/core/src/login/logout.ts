import { own } from '../json.js'
import type { RequestLike } from '../verifier/request.js'
import { endCookie } from './cookies.js'
import { loginError } from './failure.js'
import { formOf } from './form.js'
import { verifyLogoutToken } from './id-token.js'
import { LoginError } from './login-error.js'
import { redirect } from './redirect.js'
import { isOwnRequest } from './same-site.js'
import type { Sessions } from './sessions.js'
import type { LoginSettings } from './settings.js'
import type { LogoutOptions } from './types.js'

/** Logs a person out here, and sends them to the authorization server to be logged out there, where it offers that. */
export async function logOut(
  settings: LoginSettings,
  sessions: Sessions,
  request: RequestLike,
  { everywhere = false }: LogoutOptions,
): Promise<Response> {
  if (request.method !== 'POST') {
    throw new LoginError('method_not_allowed', { reason: 'a logout is a POST', headers: [['allow', 'POST']] })
  }
  if (!isOwnRequest(request, settings.origin)) {
    throw new LoginError('cross_site_request', { reason: 'no page of this app sent the request' })
  }
  const { session: kind, tell } = settings
  const ending = [endCookie(kind, kind.name)]
  const session = await sessions.atCookie(request)
  if (session === undefined) return redirect('/', ending)
  if (everywhere) await sessions.endAllOf({ subject: session.subject })
  const token = await sessions.end(session, true)
  tell({ type: 'session_ended', reason: everywhere ? 'everywhere' : 'logout' })
  const idToken = token && own(token.metadata, 'id_token')
  return redirect(await afterwards(settings, typeof idToken === 'string' ? idToken : undefined), ending)
}

/** Where a person goes afterwards (OpenID Connect RP-Initiated Logout 1.0 §2); a server that is away holds nobody here. */
async function afterwards(
  { metadata, client, postLogoutRedirectUri, idTokenHint }: LoginSettings,
  idToken: string | undefined,
): Promise<string> {
  const { endSessionEndpoint } = await metadata().catch(() => ({ endSessionEndpoint: undefined }))
  if (endSessionEndpoint === undefined) return postLogoutRedirectUri ?? '/'
  const url = new URL(endSessionEndpoint)
  url.searchParams.set('client_id', client.clientId)
  if (idTokenHint && idToken !== undefined) url.searchParams.set('id_token_hint', idToken)
  if (postLogoutRedirectUri !== undefined) url.searchParams.set('post_logout_redirect_uri', postLogoutRedirectUri)
  return url.href
}

/** Seconds for which a logout token is known to have been used: longer than it is believed. */
const remembered = 900

/** Ends the sessions that the authorization server says are over. */
export async function backChannelLogOut(
  settings: LoginSettings,
  sessions: Sessions,
  request: Request,
): Promise<Response> {
  if (request.method !== 'POST') {
    throw new LoginError('method_not_allowed', { reason: 'a logout is a POST', headers: [['allow', 'POST']] })
  }
  const logoutToken = (await formOf(request)).get('logout_token')
  if (logoutToken === null) throw new LoginError('invalid_request', { reason: 'there is no logout token' })
  const { subject, sid, jti } = await verifyLogoutToken(logoutToken, settings).catch(refused)
  if (!(await settings.used.take(`login logout ${jti}`, remembered))) {
    throw new LoginError('invalid_request', { reason: 'the logout token was used before' })
  }
  // One session, where it is named; all of the person's otherwise.
  await sessions.endAllOf(sid === undefined ? { subject } : { sid })
  settings.tell({ type: 'session_ended', reason: 'back_channel' })
  return new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } })
}

/** Whoever sends a bad logout token made a bad request; only keys that cannot be had are nobody's fault. */
function refused(error: unknown): never {
  const { code, reason, retryAfter } = loginError(error)
  if (code === 'temporarily_unavailable') throw new LoginError(code, { reason, retryAfter })
  throw new LoginError('invalid_request', { reason: reason.replace(/^the ID token/, 'the logout token') })
}
