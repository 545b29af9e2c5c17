import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import { discard } from '../oauth/transport.js'
import { apiAnswer } from './api-answer.js'
import { type ApiCall, isPlain, readCall, redirected } from './api-call.js'
import { asksFor } from './challenge-errors.js'
import { credentialsFor, isBound } from './present.js'
import type { Settings } from './settings.js'
import type { TokenSource } from './source.js'
import type { Wish } from './wish.js'

/** Redirects followed within the allowed origins. */
const maxRedirects = 10

/** `fetch` with the client's access token. */
export type AuthorizedFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** Makes a `fetch` that sends the token to allowed origins only and renews it once after a 401. */
export function authorizedFetch(settings: Settings, source: TokenSource, wish: Wish): AuthorizedFetch {
  return async (input, init = {}) => {
    const call = readCall(input, init)
    const url = allowedUrl(settings, call.url)
    const token = await source.live(wish, { signal: call.signal })
    const response = await send(settings, { ...call, url }, token)
    if (!call.replayable || !(await isTokenRefused(settings, response))) return response
    const renewed = await renew(source, wish, token, call.signal)
    if (renewed === undefined) return response
    await discard(response)
    return await send(settings, { ...call, url }, renewed)
  }
}

/** A call that may carry the token. */
type AllowedCall = ApiCall & { readonly url: URL }

/**
 * Asked before anything is sent: neither the token nor a request for one.
 *
 * @throws TokenRequestError `origin_not_allowed`
 */
export function allowedUrl({ allowedOrigins }: Settings, url: URL | undefined): URL {
  if (url !== undefined && isPlain(url) && allowedOrigins.has(url.origin)) return url
  if (url !== undefined && allowedOrigins.has(url.origin)) {
    throw new TokenRequestError({
      code: 'origin_not_allowed',
      message: `The token is not sent to a URL that holds credentials or is no http: ${url.origin}`,
    })
  }
  const where = url === undefined ? 'what is no absolute URL' : url.origin
  const allowed = allowedOrigins.size === 0 ? 'no origin is allowed' : `allowed are ${[...allowedOrigins].join(', ')}`
  throw new TokenRequestError({
    code: 'origin_not_allowed',
    message: `The token is not sent to ${where}: ${allowed}; list an API's origin in allowedOrigins`,
  })
}

/** A new token would mend neither a missing nonce nor a login that is too weak or too long ago (RFC 9470 §3). */
async function isTokenRefused(settings: Settings, response: Response): Promise<boolean> {
  if (response.status === 401) return !asksFor(response, 'use_dpop_nonce', 'insufficient_user_authentication')
  return (await settings.isAuthenticationFailure?.(apiAnswer(response, settings.timeout))) === true
}

/** A token to try once more with, or `undefined`: an API that refuses a new one too is not asked again. */
async function renew(
  source: TokenSource,
  wish: Wish,
  { accessToken }: StoredToken,
  signal: AbortSignal | undefined,
): Promise<StoredToken | undefined> {
  try {
    const token = await source.get(wish, { signal, forceRefresh: { rejected: accessToken } })
    return token.accessToken === accessToken ? undefined : token
  } catch (error) {
    if (error instanceof TokenRequestError) return undefined
    throw error
  }
}

/** Sends a call and follows redirects as far as the token may go. */
async function send(settings: Settings, call: AllowedCall, token: StoredToken): Promise<Response> {
  let current = call
  for (let followed = 0; ; followed++) {
    const response = await sendProven(settings, current, token)
    const next = current.redirect === 'follow' ? redirected(current, response) : undefined
    const url = next?.url
    if (next === undefined || url === undefined) return response
    if (!settings.allowedOrigins.has(url.origin) || followed === maxRedirects) return response
    await discard(response)
    if (!isPlain(url)) {
      throw new TokenRequestError({
        code: 'redirect_refused',
        message: `The API at ${url.origin} redirects to a URL that holds credentials or is no http`,
      })
    }
    current = { ...next, url }
  }
}

async function sendProven(settings: Settings, call: AllowedCall, token: StoredToken): Promise<Response> {
  const { dpop } = settings
  const send = (nonce?: string): Promise<Response> => sendOnce(settings, call, token, nonce)
  return await (isBound(token, dpop) ? dpop.send(call, send) : send())
}

async function sendOnce(settings: Settings, call: AllowedCall, token: StoredToken, nonce?: string): Promise<Response> {
  const { init, method, url } = call
  const headers = new Headers(call.headers)
  const credentials = await credentialsFor(settings, token, { method, url, nonce })
  for (const [name, value] of credentials) headers.set(name, value)
  const redirect = call.redirect === 'follow' ? 'manual' : call.redirect
  return await settings.fetch(String(url), { ...init, headers, redirect })
}
