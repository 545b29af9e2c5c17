import { isHeaders } from '../verifier/field.js'
import type { RequestLike } from '../verifier/request.js'

/** Characters of a `Cookie` field; a longer one is not looked at. */
const maxField = 32 * 1024

/** How a cookie is set. */
export interface CookieKind {
  /** What its name begins with; for some kinds, it is all of it. */
  readonly name: string
  /** Its attributes, as they are sent. */
  readonly attributes: string
}

/** The cookies of an app. */
interface CookieKinds {
  readonly session: CookieKind
  readonly transaction: CookieKind
}

/**
 * The names and attributes of an app's cookies (RFC 6265bis §4.1.3). Over http, on loopback, no prefix is possible, and
 * the port is in the name: cookies do not heed it.
 *
 * @param name what tells them from those of other logins of the same origin.
 */
export function cookieKinds(redirectUri: URL, name: string, crossSite: boolean): CookieKinds {
  const secure = redirectUri.protocol === 'https:'
  const suffix = secure ? name : `${name}-${redirectUri.port || '80'}`
  const prefix = secure ? '__Host-' : ''
  const common = secure ? 'HttpOnly; Secure' : 'HttpOnly'
  const session = { name: `${prefix}${suffix}`, attributes: `Path=/; ${common}; SameSite=Lax` }
  if (!crossSite) {
    return { session, transaction: { name: `${prefix}${suffix}-login-`, attributes: session.attributes } }
  }
  // A form that another site's page posts brings no other cookie than this one, and it goes nowhere else.
  const name_ = `${secure ? '__Secure-' : ''}${suffix}-login-`
  const attributes = `Path=${redirectUri.pathname}; HttpOnly; Secure; SameSite=None`
  return { session, transaction: { name: name_, attributes } }
}

/** A `Set-Cookie` field. @param lifetime seconds; unset for a cookie that ends with the browser's session */
export function setCookie({ attributes }: CookieKind, name: string, value: string, lifetime?: number): string {
  return `${name}=${value}; ${lifetime === undefined ? '' : `Max-Age=${Math.floor(lifetime)}; `}${attributes}`
}

/** A `Set-Cookie` field that ends a cookie. */
export function endCookie(kind: CookieKind, name: string): string {
  return setCookie(kind, name, '', 0)
}

/** The cookies of a request by name, each with every value it was sent with. */
export function readCookies(request: RequestLike): ReadonlyMap<string, readonly string[]> {
  const field = cookieField(request)
  const cookies = new Map<string, string[]>()
  if (field.length > maxField) return cookies
  // Never by a comma: a value may hold one, and somebody else's value would name a cookie then.
  for (const pair of field.split(';')) {
    const at = pair.indexOf('=')
    if (at === -1) continue
    const name = withoutBlanks(pair.slice(0, at))
    const value = withoutBlanks(pair.slice(at + 1))
    const values = cookies.get(name)
    if (values === undefined) cookies.set(name, [value])
    else values.push(value)
  }
  return cookies
}

/** Without those of HTTP alone: `trim` takes more, and makes a prefix of what was none to a browser. */
function withoutBlanks(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/(?<![ \t])[ \t]+$/, '')
}

/** Cookies are a list of their own kind: several fields are joined by a semicolon (RFC 9113 §8.2.3). */
function cookieField({ headers }: RequestLike): string {
  if (isHeaders(headers)) return headers.get('cookie') ?? ''
  const { cookie = '' } = headers
  return typeof cookie === 'string' ? cookie : cookie.join('; ')
}

/** The value of a cookie that is there once: of two, nobody knows which one is this app's own. */
export function onlyCookie(cookies: ReadonlyMap<string, readonly string[]>, name: string): string | undefined {
  const values = cookies.get(name) ?? []
  return values.length === 1 ? values[0] : undefined
}
