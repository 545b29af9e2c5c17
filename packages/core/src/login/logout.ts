import { digest } from '../cache/key.js'
import type { RequestLike } from '../verifier/request.js'
import { endCookie } from './cookies.js'
import { endpointAt } from './endpoint.js'
import { loginError } from './failure.js'
import { formOf } from './form.js'
import { verifyLogoutToken } from './id-token.js'
import { LoginError } from './login-error.js'
import { redirect } from './redirect.js'
import { isOwnRequest } from './same-site.js'
import type { Sessions } from './sessions.js'
import type { LoginSettings } from './settings.js'
import type { LogoutOptions } from './types.js'

/** Logs a person out, here and where they logged in. Their cookie goes even where their session cannot be ended. */
export async function logOut(
  settings: LoginSettings,
  sessions: Sessions,
  request: RequestLike,
  options: LogoutOptions,
): Promise<Response> {
  checkLogout(settings, request)
  const ending = endCookie(settings.session, settings.session.name)
  try {
    return redirect(await endSession(settings, sessions, request, options), [ending])
  } catch (error) {
    throw loginError(error).with({ headers: [['set-cookie', ending]] })
  }
}

function checkLogout({ origin }: LoginSettings, request: RequestLike): void {
  if (request.method !== 'POST') {
    throw new LoginError('method_not_allowed', { reason: 'a logout is a POST', headers: [['allow', 'POST']] })
  }
  if (isOwnRequest(request, origin)) return
  throw new LoginError('cross_site_request', { reason: 'no page of this app sent the request' })
}

/** @returns where the person goes afterwards */
async function endSession(
  settings: LoginSettings,
  sessions: Sessions,
  request: RequestLike,
  { everywhere = false }: LogoutOptions,
): Promise<string> {
  const session = await sessions.atCookie(request)
  if (session === undefined) return '/'
  if (everywhere) await sessions.endAllOf(session.subject)
  await sessions.end(session, true)
  settings.tell({ type: 'session_ended', reason: everywhere ? 'everywhere' : 'logout' })
  return await afterwards(settings, session.idToken)
}

/** Where a person goes afterwards (OpenID Connect RP-Initiated Logout 1.0 §2); a server that is away holds nobody here. */
async function afterwards(settings: LoginSettings, idToken: string | undefined): Promise<string> {
  const { client, postLogoutRedirectUri } = settings
  const endSessionEndpoint = await endpointAt(settings, 'end_session_endpoint').catch(() => undefined)
  if (endSessionEndpoint === undefined) return postLogoutRedirectUri ?? '/'
  const url = new URL(endSessionEndpoint)
  url.searchParams.set('client_id', client.clientId)
  if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken)
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
  const { used, tell } = settings
  const key = `login logout ${await digest([settings.issuer, settings.client.clientId, jti])}`
  if ((await used.get(key)) !== undefined) {
    throw new LoginError('invalid_request', { reason: 'the logout token was used before' })
  }
  // One session, where it is named; all of the person's otherwise.
  if (sid !== undefined) await sessions.endNamed(sid, subject)
  else if (subject !== undefined) await sessions.endAllOf(subject)
  // Afterwards: a server that was told of a failure sends it again.
  await used.set(key, {}, remembered)
  tell({ type: 'session_ended', reason: 'back_channel' })
  return new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } })
}

/** Whoever sends a bad logout token made a bad request; only keys that cannot be had are nobody's fault. */
function refused(error: unknown): never {
  const { code, reason, retryAfter } = loginError(error)
  if (code === 'temporarily_unavailable') throw new LoginError(code, { reason, retryAfter })
  throw new LoginError('invalid_request', { reason: reason.replace(/^the ID token/, 'the logout token') })
}
