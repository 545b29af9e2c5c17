import { decodeBase64url, encodeBase64url } from '../base64url.js'
import { digest } from '../cache/key.js'
import { own, parseJsonObject, text, texts } from '../json.js'
import { type CookieKind, endCookie, onlyCookie, setCookie } from './cookies.js'
import { LoginError } from './login-error.js'

/** What a login remembers between its two requests. */
export interface TransactionDetails {
  readonly returnTo: string
  /** As asked for, which is what was granted where the answer does not say. */
  readonly scope: readonly string[]
  readonly resource: readonly string[]
  /** Seconds since the login, which the ID token has to prove. */
  readonly maxAge: number | undefined
  /** Of which the ID token has to name one; empty where none was insisted on. */
  readonly acrValues: readonly string[]
  /** A digest of the id of the session before, where the answer will not bring its cookie. */
  readonly previous: string | undefined
}

/** A login under way, as the browser holds it. */
export interface Transaction extends TransactionDetails {
  /** What it is told apart by; it is sent. */
  readonly state: string
  readonly nonce: string
  /** The secret of the code challenge (RFC 7636 §4.1): 43 characters, kept until the code is exchanged. */
  readonly codeVerifier: string
  readonly cookieName: string
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

type Cookies = ReadonlyMap<string, readonly string[]>

/** Seconds a person has to log in. */
export const transactionLifetime = 600

/** Logins that a browser may have under way, in as many tabs: the oldest make room. */
const maxTransactions = 5

/** Characters of a cookie that every browser takes. */
const maxCookie = 3800

/** Where a transaction is kept, and whose it is. */
export interface TransactionPlace {
  readonly kind: CookieKind
  /** The issuer and the client: a login that was begun at one server is none at another (RFC 9700 §4.4). */
  readonly parties: readonly string[]
}

/** A transaction and the cookie that holds it. */
export interface Begun {
  readonly transaction: Transaction
  readonly setCookies: readonly string[]
}

/**
 * Begins a login. Everything about it is in one cookie, so that whoever has not logged in costs no memory; state, nonce
 * and code verifier are digests of one secret of 256 bits, which no request but the browser's own ever holds.
 */
export async function beginTransaction(
  place: TransactionPlace,
  cookies: Cookies,
  details: TransactionDetails,
  now: number,
): Promise<Begun> {
  const { kind } = place
  const secret = encodeBase64url(crypto.getRandomValues(new Uint8Array(32)))
  const expiresAt = Math.floor(now) + transactionLifetime
  const transaction = await derive(place, secret, details, expiresAt)
  const value = `${secret}.${expiresAt}.${encodeDetails(details)}`
  if (value.length > maxCookie) throw new LoginError('invalid_request', { reason: 'what is asked for is too long' })
  return {
    transaction,
    setCookies: [
      setCookie(kind, transaction.cookieName, value, transactionLifetime),
      ...crowded(kind, cookies).map((name) => endCookie(kind, name)),
    ],
  }
}

/** The login under way that a state belongs to, if this browser began it and it is not over. */
export async function findTransaction(
  place: TransactionPlace,
  cookies: Cookies,
  state: string,
  now: number,
): Promise<Transaction | undefined> {
  const value = onlyCookie(cookies, cookieName(place.kind, state))
  const [secret = '', end = '', encoded = '', ...more] = value?.split('.') ?? []
  const details = decodeDetails(encoded)
  if (details === undefined || more.length > 0 || !/^[\w-]{43}$/.test(secret)) return undefined
  const expiresAt = Number(end)
  if (!(expiresAt > now && expiresAt <= now + transactionLifetime)) return undefined
  const transaction = await derive(place, secret, details, expiresAt)
  return transaction.state === state ? transaction : undefined
}

async function derive(
  { kind, parties }: TransactionPlace,
  secret: string,
  details: TransactionDetails,
  expiresAt: number,
): Promise<Transaction> {
  const [state = '', nonce = '', codeVerifier = ''] = await Promise.all(
    ['state', 'nonce', 'code verifier'].map((purpose) => digest(['login', purpose, ...parties, secret])),
  )
  return { ...details, state, nonce, codeVerifier, expiresAt, cookieName: cookieName(kind, state) }
}

function cookieName({ name }: CookieKind, state: string): string {
  return name + state.slice(0, 12)
}

/** The cookies that have to go so that there is room for one more. */
function crowded({ name }: CookieKind, cookies: Cookies): readonly string[] {
  const endOf = (each: string): number => Number(cookies.get(each)?.[0]?.split('.')[1]) || 0
  const others = [...cookies.keys()].filter(
    (each) => each.startsWith(name) && /^[\w-]{12}$/.test(each.slice(name.length)),
  )
  return others.sort((a, b) => endOf(b) - endOf(a)).slice(maxTransactions - 1)
}

function encodeDetails({ returnTo, scope, resource, maxAge, acrValues, previous }: TransactionDetails): string {
  const document = { returnTo, scope, resource, maxAge, acrValues, previous }
  return encodeBase64url(new TextEncoder().encode(JSON.stringify(document)))
}

function decodeDetails(encoded: string): TransactionDetails | undefined {
  const bytes = decodeBase64url(encoded)
  const document = bytes && parseJsonObject(bytes)
  if (document === undefined) return undefined
  const returnTo = own(document, 'returnTo')
  const maxAge = own(document, 'maxAge')
  const [scope, resource, acrValues] = ['scope', 'resource', 'acrValues'].map((name) => texts(own(document, name)))
  if (typeof returnTo !== 'string' || scope === undefined || resource === undefined || acrValues === undefined) return
  if (maxAge !== undefined && typeof maxAge !== 'number') return undefined
  return { returnTo, scope, resource, acrValues, maxAge, previous: text(own(document, 'previous')) }
}
