/** Hosts that can only be this machine. */
const loopback = /^(?:(?:.*\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * Reads the URL of an endpoint of an authorization server: https, or http on this machine's loopback, without
 * credentials or a fragment (RFC 6749 §3.2, RFC 9700 §2.6).
 *
 * @param name what it is, for the message: `'tokenEndpoint'`.
 * @throws TypeError naming what is wrong. The URL's query is not repeated: it may hold a secret.
 */
export function endpointUrl(value: string | URL, name: string): URL {
  const url = parseUrl(value)
  if (url === undefined) {
    throw new TypeError(`${name} is not a URL; expected one like 'https://as.example.com/oauth/token'`)
  }
  const where = `${name} ${url.protocol}//${url.host}${url.pathname}`
  if (url.username !== '' || url.password !== '') throw new TypeError(`${where} holds credentials`)
  if (url.hash !== '') throw new TypeError(`${where} has a fragment`)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname))) return url
  throw new TypeError(`${where} must be https; plain http is allowed on loopback only`)
}

/** @returns `undefined` for what is no absolute URL, or no text. */
export function parseUrl(url: string | URL, base?: URL): URL | undefined {
  try {
    return new URL(url, base)
  } catch {
    return undefined
  }
}
