import type { RequestLike } from './request.js'

/** An absolute http(s) URI, taken apart up to its query. */
const absolute = /^(https?:\/\/[^/?#]+)([^?#]*)/i
/** What RFC 3986 §2 lets a URI be made of. */
const uri = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/
/** A path as HTTP carries it: visible ASCII. */
const visible = /^[\x21-\x7e]*$/
const unreserved = /^[A-Za-z0-9\-._~]$/

/**
 * The target of a proof (`htu`, RFC 9449 §4.3), normalised by RFC 3986 §6.2.2 and §6.2.3, without query and fragment.
 *
 * @returns `undefined` for what is no absolute http(s) URI, or names a user.
 */
export function proofTarget(htu: string): string | undefined {
  const [, authority, path] = absolute.exec(htu) ?? []
  if (authority === undefined || path === undefined || !uri.test(htu) || !URL.canParse(authority)) return undefined
  const { origin, username, password } = new URL(authority)
  return username === '' && password === '' ? `${origin}${normalPath(path)}` : undefined
}

/**
 * The path of a request as it was sent, normalised in the same way. The host is left out on purpose: whoever sends the
 * request chooses it.
 *
 * @returns `undefined` where the request names none.
 */
export function requestPath({ url }: RequestLike): string | undefined {
  if (typeof url !== 'string') return undefined
  const path = url.startsWith('/') ? url.replace(/[?#].*$/s, '') : absolute.exec(url)?.[2]
  return path !== undefined && visible.test(path) ? normalPath(path) : undefined
}

/** Escapes are brought into one form first, and a backslash escaped: it is no slash in a URI, only in the URL parser. */
function normalPath(path: string): string {
  const normal = path.replaceAll('\\', '%5C').replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const char = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return unreserved.test(char) ? char : escaped.toUpperCase()
  })
  return new URL(`http://host${normal}`).pathname
}
