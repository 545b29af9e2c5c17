import { formOf, queryOf } from './form.js'
import { LoginError } from './login-error.js'
import type { Login } from './types.js'

type Routed = Pick<Login, 'start' | 'callback' | 'logout' | 'backChannelLogout'>

/** Answers what is under the folder of the redirect URI. By the path alone: the host is whatever somebody sent. */
export async function handleRoute(login: Routed, redirectUri: URL, request: Request): Promise<Response | undefined> {
  const { pathname } = new URL(request.url)
  if (pathname === redirectUri.pathname) return await login.callback(request)
  const folder = redirectUri.pathname.slice(0, redirectUri.pathname.lastIndexOf('/') + 1)
  if (!pathname.startsWith(folder)) return undefined
  switch (pathname.slice(folder.length)) {
    case 'login':
      if (request.method !== 'GET') throw wrongMethod('GET')
      return await login.start(request, { returnTo: queryOf(request).get('returnTo') ?? undefined })
    case 'logout':
      return await login.logout(request, { everywhere: await wantsEverywhere(request) })
    case 'backchannel-logout':
      return await login.backChannelLogout(request)
    default:
      return undefined
  }
}

/** A form's field `everywhere`, of whatever value; a button without it ends this session alone. */
async function wantsEverywhere(request: Request): Promise<boolean> {
  if (request.method !== 'POST' || request.headers.get('content-type') === null) return false
  return (await formOf(request)).has('everywhere')
}

function wrongMethod(allow: string): LoginError {
  return new LoginError('method_not_allowed', { reason: 'the method is another one', headers: [['allow', allow]] })
}
