import {
  type Answer,
  accepted,
  insufficientLogin,
  insufficientScope,
  invalidToken,
  malformedRequest,
  noToken,
  unavailable,
} from './answers.js'

/**
 * What an API under test offers: a route for any valid token, one that asks for `accounts:read`, one for
 * `accounts:write`; and, where step-up is tested, one that asks for `accounts:read` and the login of `stepUp`.
 */
export type Route = 'authenticated' | 'read' | 'write' | 'recent'

/** The tokens the cases are made of; each is fresh for the run. */
export interface Tokens {
  /** A JWT that grants `accounts:read`. */
  readonly reader: string
  /** A JWT that grants no scope at all. */
  readonly scopeless: string
  readonly expired: string
  readonly notYetValid: string
  readonly foreignAudience: string
  readonly foreignIssuer: string
  /** Signed by the right issuer, then altered. */
  readonly forged: string
  /** The right claims under `alg: none`. */
  readonly unsigned: string
  /** Bound to a key by `cnf`, shown without its proof. */
  readonly bound: string
  readonly idToken: string
  /** Grants `accounts:read`, after a login that is strong and recent enough. */
  readonly steppedUp: string
  /** The same after a login that was recent, but not strong. */
  readonly weakLogin: string
  /** The same after a login that was strong, but long ago. */
  readonly oldLogin: string
  /** An opaque token that grants `accounts:read`. */
  readonly opaque: string
  readonly opaqueRevoked: string
  readonly opaqueForeignAudience: string
}

/** One request and the answer it must get. */
export interface ConformanceCase {
  readonly name: string
  readonly route: Route
  /** The request's fields besides the usual ones. */
  readonly headers: (tokens: Tokens) => readonly (readonly [name: string, value: string])[]
  /** Appended to the URL. */
  readonly query?: ((tokens: Tokens) => string) | undefined
  /** The introspection endpoint is down for the duration of this case. */
  readonly outage?: boolean | undefined
  readonly answer: Answer
}

type Headers = ConformanceCase['headers']

const field =
  (value: (tokens: Tokens) => string, name = 'authorization'): Headers =>
  (tokens) => [[name, value(tokens)]]

const bearer = (kind: keyof Tokens): Headers => field((tokens) => `Bearer ${tokens[kind]}`)

const none: Headers = () => []

/** The field itself: RFC 6750 §2.1, RFC 9110 §11.4 and §5.3. */
const headerCases: readonly ConformanceCase[] = [
  { name: 'plain', route: 'read', headers: bearer('reader'), answer: accepted },
  { name: 'scheme in lower case', route: 'read', headers: field((t) => `bearer ${t.reader}`), answer: accepted },
  { name: 'scheme in upper case', route: 'read', headers: field((t) => `BEARER ${t.reader}`), answer: accepted },
  { name: 'several spaces', route: 'read', headers: field((t) => `Bearer   ${t.reader}`), answer: accepted },
  { name: 'blanks around the value', route: 'read', headers: field((t) => `  Bearer ${t.reader}  `), answer: accepted },
  { name: 'no field', route: 'read', headers: none, answer: noToken },
  { name: 'another scheme', route: 'read', headers: field(() => 'Basic dXNlcjpwYXNz'), answer: noToken },
  {
    name: 'another scheme with a good token',
    route: 'read',
    headers: field((t) => `Token ${t.reader}`),
    answer: noToken,
  },
  { name: 'a prefix of the scheme', route: 'read', headers: field((t) => `Bear ${t.reader}`), answer: noToken },
  { name: 'a token without a scheme', route: 'read', headers: field((t) => t.reader), answer: noToken },
  {
    name: 'only Proxy-Authorization',
    route: 'read',
    headers: field((t) => `Bearer ${t.reader}`, 'proxy-authorization'),
    answer: noToken,
  },
  {
    name: 'only X-Authorization',
    route: 'read',
    headers: field((t) => `Bearer ${t.reader}`, 'x-authorization'),
    answer: noToken,
  },
  {
    name: 'the token in the query',
    route: 'read',
    headers: none,
    query: (t) => `access_token=${t.reader}`,
    answer: noToken,
  },
  {
    name: 'the DPoP scheme without a proof',
    route: 'read',
    headers: field((t) => `DPoP ${t.reader}`),
    answer: noToken,
  },
  {
    name: 'another target in a field for proxies',
    route: 'read',
    headers: () => ['x-original-url', 'x-rewrite-url', 'x-forwarded-uri'].map((name) => [name, '/health']),
    answer: noToken,
  },
  {
    name: 'another method in a field for proxies',
    route: 'write',
    headers: () => ['x-http-method-override', 'x-http-method', 'x-method-override'].map((name) => [name, 'OPTIONS']),
    answer: noToken,
  },
  {
    name: 'a tab instead of a space',
    route: 'read',
    headers: field((t) => `Bearer\t${t.reader}`),
    answer: malformedRequest,
  },
  {
    name: 'a token in percent-encoding',
    route: 'read',
    headers: field((t) => `Bearer ${t.reader.replaceAll('.', '%2E')}`),
    answer: malformedRequest,
  },
  {
    name: 'an object turned into text',
    route: 'read',
    headers: field(() => 'Bearer [object Object]'),
    answer: malformedRequest,
  },
  { name: 'an empty token in quotes', route: 'read', headers: field(() => 'Bearer ""'), answer: malformedRequest },
  { name: 'the scheme alone', route: 'read', headers: field(() => 'Bearer'), answer: malformedRequest },
  {
    name: 'a comma list',
    route: 'read',
    headers: field((t) => `Bearer ${t.reader}, Bearer ${t.reader}`),
    answer: malformedRequest,
  },
  { name: 'a quoted token', route: 'read', headers: field((t) => `Bearer "${t.reader}"`), answer: malformedRequest },
  { name: 'a parameter', route: 'read', headers: field((t) => `Bearer token="${t.reader}"`), answer: malformedRequest },
  {
    name: 'two tokens',
    route: 'read',
    headers: field((t) => `Bearer ${t.reader} ${t.reader}`),
    answer: malformedRequest,
  },
  {
    name: 'two fields',
    route: 'read',
    headers: (t) => [
      ['authorization', `Bearer ${t.reader}`],
      ['authorization', `Bearer ${t.reader}`],
    ],
    answer: malformedRequest,
  },
]

/** The token behind the field: RFC 7519, RFC 8725, RFC 9068, RFC 7662. */
const tokenCases: readonly ConformanceCase[] = [
  { name: 'any valid token', route: 'authenticated', headers: bearer('scopeless'), answer: accepted },
  { name: 'an active opaque token', route: 'read', headers: bearer('opaque'), answer: accepted },
  { name: 'a revoked opaque token', route: 'read', headers: bearer('opaqueRevoked'), answer: invalidToken },
  {
    name: 'an opaque token for another audience',
    route: 'read',
    headers: bearer('opaqueForeignAudience'),
    answer: invalidToken,
  },
  { name: 'garbage', route: 'read', headers: field(() => 'Bearer garbage'), answer: invalidToken },
  { name: 'the word undefined', route: 'read', headers: field(() => 'Bearer undefined'), answer: invalidToken },
  { name: 'a name of the prototype', route: 'read', headers: field(() => 'Bearer __proto__'), answer: invalidToken },
  { name: 'expired', route: 'read', headers: bearer('expired'), answer: invalidToken },
  { name: 'not yet valid', route: 'read', headers: bearer('notYetValid'), answer: invalidToken },
  { name: 'wrong audience', route: 'read', headers: bearer('foreignAudience'), answer: invalidToken },
  { name: 'wrong issuer', route: 'read', headers: bearer('foreignIssuer'), answer: invalidToken },
  { name: 'altered', route: 'read', headers: bearer('forged'), answer: invalidToken },
  { name: 'alg none', route: 'read', headers: bearer('unsigned'), answer: invalidToken },
  {
    name: 'padding behind the signature',
    route: 'read',
    headers: field((t) => `Bearer ${t.reader}==`),
    answer: invalidToken,
  },
  { name: 'bound to a key, without its proof', route: 'read', headers: bearer('bound'), answer: invalidToken },
  { name: 'an ID token', route: 'read', headers: bearer('idToken'), answer: invalidToken },
  { name: 'a missing scope', route: 'write', headers: bearer('reader'), answer: insufficientScope('accounts:write') },
  { name: 'no scope', route: 'read', headers: bearer('scopeless'), answer: insufficientScope('accounts:read') },
  {
    name: 'a missing scope of an opaque token',
    route: 'write',
    headers: bearer('opaque'),
    answer: insufficientScope('accounts:write'),
  },
  {
    name: 'introspection is down',
    route: 'read',
    headers: field(() => 'Bearer never-seen-before'),
    outage: true,
    answer: unavailable,
  },
]

/** The login behind the token: RFC 9470. */
export const stepUpCases: readonly ConformanceCase[] = [
  { name: 'step-up: strong and recent', route: 'recent', headers: bearer('steppedUp'), answer: accepted },
  { name: 'step-up: not strong', route: 'recent', headers: bearer('weakLogin'), answer: insufficientLogin },
  { name: 'step-up: too long ago', route: 'recent', headers: bearer('oldLogin'), answer: insufficientLogin },
  { name: 'step-up: no login in the token', route: 'recent', headers: bearer('reader'), answer: insufficientLogin },
  { name: 'step-up: an opaque token', route: 'recent', headers: bearer('opaque'), answer: insufficientLogin },
  {
    name: 'step-up: a missing scope comes first',
    route: 'recent',
    headers: bearer('scopeless'),
    answer: insufficientScope('accounts:read'),
  },
  { name: 'step-up: altered', route: 'recent', headers: bearer('forged'), answer: invalidToken },
  { name: 'step-up: no token', route: 'recent', headers: none, answer: noToken },
  { name: 'step-up: not asked for elsewhere', route: 'read', headers: bearer('oldLogin'), answer: accepted },
]

/** Every case of an API without step-up or DPoP. */
export const conformanceCases: readonly ConformanceCase[] = [...headerCases, ...tokenCases]
