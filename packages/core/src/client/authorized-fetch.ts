import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import { parseUrl } from '../oauth/endpoint.js'
import { discard } from '../oauth/transport.js'
import { apiAnswer } from './api-answer.js'
import { type AllowedCall, isPlain, readCall, redirected } from './api-call.js'
import { asksFor } from './challenge-errors.js'
import { getToken, liveToken } from './get-token.js'
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
    const read = readCall(input, init)
    const call = { ...read, url: allowedUrl(settings, read.url) }
    const { signal } = call
    const token = await liveToken(source, wish, { signal })
    const response = await send(settings, call, token)
    if (!call.replayable || !(await isTokenRefused(settings, response))) return response
    const renewed = await renew(source, wish, token, signal)
    if (renewed === undefined) return response
    await discard(response)
    return await send(settings, call, renewed)
  }
}

/**
 * Asked before anything is sent: neither the token nor a request for one.
 *
 * @throws TokenRequestError `origin_not_allowed`
 */
export function allowedUrl({ allowedOrigins }: Settings, to: string | URL): URL {
  const url = parseUrl(to)
  const isListed = url !== undefined && allowedOrigins.has(url.origin)
  if (isListed && isPlain(url)) return url
  const where = url?.origin ?? 'what is no absolute URL'
  const allowed = [...allowedOrigins].join(', ') || 'nothing'
  const why = isListed
    ? `a URL that holds credentials or is no http: ${where}`
    : `${where}: allowedOrigins lists ${allowed}`
  throw new TokenRequestError({ code: 'origin_not_allowed', message: `The token is not sent to ${why}` })
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
    const token = await getToken(source, wish, { signal, forceRefresh: { rejected: accessToken } })
    return token.accessToken === accessToken ? undefined : token
  } catch (error) {
    if (error instanceof TokenRequestError) return undefined
    throw error
  }
}

/** Sends a call and follows redirects as far as the token may go. */
async function send(settings: Settings, call: AllowedCall, token: StoredToken): Promise<Response> {
  for (let current = call, followed = 0; ; followed++) {
    const response = await sendProven(settings, current, token)
    const next = call.redirect === 'follow' ? redirected(current, response) : undefined
    if (next === undefined || !settings.allowedOrigins.has(next.url.origin) || followed === maxRedirects)
      return response
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

async function sendProven(settings: Settings, call: AllowedCall, token: StoredToken): Promise<Response> {
  const { dpop } = settings
  const { init, method, url } = call
  const redirect = call.redirect === 'follow' ? 'manual' : call.redirect
  const send = async (nonce?: string): Promise<Response> => {
    const headers = new Headers(call.headers)
    const credentials = await credentialsFor(settings, token, { method, url, nonce })
    for (const [name, value] of Object.entries(credentials)) headers.set(name, value)
    return await settings.fetch(String(url), { ...init, method, headers, redirect })
  }
  return await (isBound(token, dpop) ? dpop.send(call, send) : send())
}
