/**
 * Reads the URL of an endpoint of an authorization server: https, or http on this machine's loopback, without
 * credentials or a fragment (RFC 6749 §3.2, RFC 9700 §2.6).
 *
 * @param name what it is, for the message: `'tokenEndpoint'`.
 * @throws TypeError naming what is wrong. The URL's query is not repeated: it may hold a secret.
 */
export function endpointUrl(value: string | URL, name: string): URL {
  const url = parse(value, name)
  const where = `${name} ${url.protocol}//${url.host}${url.pathname}`
  if (url.username !== '' || url.password !== '') throw new TypeError(`${name} holds credentials in its URL`)
  if (url.hash !== '') throw new TypeError(`${where} has a fragment`)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url
  throw new TypeError(`${where} must be https; plain http is allowed on loopback only (127.0.0.1, [::1], localhost)`)
}

/** Whether a URL's host can only be this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    hostname.endsWith('.localhost') ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  )
}

function parse(value: string | URL, name: string): URL {
  try {
    return new URL(value)
  } catch {
    throw new TypeError(`${name} is not a URL; expected one like 'https://as.example.com/oauth/token'`)
  }
}
