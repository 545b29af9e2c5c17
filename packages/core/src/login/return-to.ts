import { LoginError } from './login-error.js'

/** Longer than any honest path; it travels in a cookie. */
const maxLength = 1024

/** Visible ASCII: a path of a URL that was parsed holds nothing else. */
const path = /^\/[\x21-\x5b\x5d-\x7e]*$/

/** How a path begins that names a host where somebody resolves it once more. */
const hostLike = /^\/(?:\/|%2f|%5c)/i

/**
 * Where a person goes after a login: a path of this app, with its query. Whatever a browser could read as another
 * origin is refused, in its plain and in its percent-encoded spelling, not repaired.
 *
 * @throws LoginError `invalid_request`
 */
export function readReturnTo(value: string | undefined, origin: string): string {
  if (value === undefined) return '/'
  if (value.length <= maxLength && path.test(value) && isOwn(value, origin)) return value
  throw new LoginError('invalid_request', { reason: 'the return target is no path of this app' })
}

function isOwn(value: string, origin: string): boolean {
  if (!URL.canParse(value, origin)) return false
  const url = new URL(value, origin)
  // `/a/..//host` is `//host` in the address bar, and in whatever a script makes of it.
  return url.origin === origin && !hostLike.test(url.pathname)
}
