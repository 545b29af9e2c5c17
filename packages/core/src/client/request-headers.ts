import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import { normalMethod } from './api-call.js'
import { allowedUrl } from './authorized-fetch.js'
import type { HeadersOptions } from './options.js'
import { credentialsFor } from './present.js'
import type { Settings } from './settings.js'

/**
 * The headers of a request that somebody else sends.
 *
 * @throws TokenRequestError before a token is asked for, where the request may not carry it.
 */
export async function requestHeaders(
  settings: Settings,
  { url, method = 'GET', dpopNonce }: HeadersOptions,
  token: () => Promise<StoredToken>,
): Promise<Readonly<Record<string, string>>> {
  const { dpop } = settings
  const target = url === undefined ? undefined : allowedUrl(settings, url)
  if (target === undefined && dpop !== undefined) {
    throw new TokenRequestError({
      code: 'invalid_request',
      message: 'A DPoP proof is for one request: getHeaders needs its url and method',
    })
  }
  if (target !== undefined) dpop?.learn(target, dpopNonce)
  const carrier = target && { url: target, method: normalMethod(method) }
  return await credentialsFor(settings, await token(), carrier)
}
