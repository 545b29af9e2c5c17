import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import { type ApiCall, isPlain, readCall, redirected } from './api-call.js'
import { presentation } from './present.js'
import type { Settings } from './settings.js'
import type { TokenSource } from './source.js'

/** Redirects followed within the allowed origins. */
const maxRedirects = 10

/** `fetch` with the client's access token. */
export type AuthorizedFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** Makes a `fetch` that sends the token to allowed origins only and renews it once after a 401. */
export function authorizedFetch(settings: Settings, source: TokenSource): AuthorizedFetch {
  return async (input, init = {}) => {
    const call = readCall(input, init)
    requireAllowed(settings, call.url)
    const token = await source.get(settings, { signal: call.signal })
    const response = await send(settings, call, token)
    if (response.status !== 401 || !call.replayable) return response
    const renewed = await renew(settings, source, token, call.signal)
    if (renewed === undefined) return response
    await discard(response)
    return await send(settings, call, renewed)
  }
}

/** Before anything is sent: neither the token nor a request for one. */
function requireAllowed({ allowedOrigins }: Settings, url: URL | undefined): void {
  if (url !== undefined && isPlain(url) && allowedOrigins.has(url.origin)) return
  if (url !== undefined && allowedOrigins.has(url.origin)) {
    throw new TokenRequestError({
      code: 'origin_not_allowed',
      message: `The token is not sent to a URL that holds credentials or is no http: ${url.origin}`,
    })
  }
  const where = url === undefined ? 'what is no absolute URL' : url.origin
  const allowed = allowedOrigins.size === 0 ? 'none is' : `allowed are ${[...allowedOrigins].join(', ')}`
  throw new TokenRequestError({
    code: 'origin_not_allowed',
    message: `The token is not sent to ${where}: ${allowed}; list an API's origin in allowedOrigins`,
  })
}

/** A token to try once more with, or `undefined`: an API that refuses a new one too is not asked again. */
async function renew(
  settings: Settings,
  source: TokenSource,
  { accessToken }: StoredToken,
  signal: AbortSignal | undefined,
): Promise<StoredToken | undefined> {
  try {
    const token = await source.get(settings, { signal, force: { rejected: accessToken } })
    return token.accessToken === accessToken ? undefined : token
  } catch (error) {
    if (error instanceof TokenRequestError) return undefined
    throw error
  }
}

/** Sends a call and follows redirects as far as the token may go. */
async function send(settings: Settings, call: ApiCall, token: StoredToken): Promise<Response> {
  const { fetch, allowedOrigins, server } = settings
  let current = call
  for (let followed = 0; ; followed++) {
    const headers = new Headers(current.headers)
    headers.set(...presentation(server.profile, token.accessToken))
    const redirect = current.redirect === 'follow' ? 'manual' : current.redirect
    const response = await fetch(String(current.url), { ...current.init, headers, redirect })
    const next = current.redirect === 'follow' ? redirected(current, response) : undefined
    if (next?.url === undefined || !allowedOrigins.has(next.url.origin) || followed === maxRedirects) return response
    await discard(response)
    if (!isPlain(next.url)) {
      throw new TokenRequestError({
        code: 'redirect_refused',
        message: `The API at ${next.url.origin} redirects to a URL that holds credentials or is no http`,
      })
    }
    current = next
  }
}

/** An unread body would keep its connection busy; one that broke holds nothing up. */
async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined)
}
