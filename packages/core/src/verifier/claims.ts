import { type JsonObject, own, texts } from '../json.js'
import { readPath } from '../path.js'
import { matches } from '../profiles/match.js'
import { invalidToken, shown } from './refusal.js'
import type { IssuerRules } from './rules.js'

/** The times of a token, in seconds since the epoch, checked anew at every use. */
export interface Times {
  /** When it ends: `exp`, or sooner where it may not grow so old. */
  readonly exp: number
  readonly nbf: number | undefined
  readonly iat: number | undefined
}

/** The moment of a check and how far clocks may differ, both in seconds. */
export interface Clock {
  readonly now: number
  readonly tolerance: number
}

/**
 * Reads `exp`, `nbf` and `iat` (RFC 7519 §4.1): finite numbers, `exp` mandatory.
 *
 * @param maxTokenAge seconds since `iat`, which is mandatory then; the token ends then if its `exp` is later.
 * @throws Refusal
 */
export function readTimes(claims: JsonObject, maxTokenAge?: number): Times {
  const exp = numericDate(claims, 'exp')
  const iat = numericDate(claims, 'iat')
  if (exp === undefined) throw invalidToken('exp is missing')
  if (maxTokenAge !== undefined && iat === undefined) throw invalidToken('iat is missing, so its age is unknown')
  const end = Math.min(exp, (iat ?? 0) + (maxTokenAge ?? Number.POSITIVE_INFINITY))
  return { exp: end, nbf: numericDate(claims, 'nbf'), iat }
}

/** Reads a NumericDate (RFC 7519 §2). @throws Refusal when it is present and no finite number. */
export function numericDate(claims: JsonObject, name: string): number | undefined {
  const value = own(claims, name)
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalidToken(`${name} is not a finite number`)
  return value
}

/** Whether a token is over at this moment. */
export function isExpired(exp: number, clock: Clock): boolean {
  return !(remaining(exp, clock) > 0)
}

/** Seconds until {@link isExpired}. */
export function remaining(exp: number, { now, tolerance }: Clock): number {
  return exp + tolerance - now
}

/** Holds the times against the clock (RFC 7519 §4.1.4 to §4.1.6). @throws Refusal */
export function checkTimes({ exp, nbf, iat }: Times, clock: Clock): void {
  if (isExpired(exp, clock)) throw invalidToken('it has expired')
  if (nbf !== undefined && !(clock.now >= nbf - clock.tolerance)) throw invalidToken('it is not valid yet (nbf)')
  if (iat !== undefined && !(clock.now >= iat - clock.tolerance))
    throw invalidToken('it was issued in the future (iat)')
}

/** Checks what a token says apart from its times: this never changes, so it is checked once. @throws Refusal */
export function checkClaims(claims: JsonObject, rules: IssuerRules): void {
  checkAudience(claims, rules)
  checkFurtherClaims(claims, rules)
}

/** Checks all but the audience. @throws Refusal */
export function checkFurtherClaims(claims: JsonObject, rules: IssuerRules): void {
  checkText(claims, 'sub')
  checkText(claims, 'jti')
  if (rules.subjectRequired && !own(claims, 'sub')) throw invalidToken('sub is missing')
  for (const name of rules.requiredClaims) {
    if ((own(claims, name) ?? null) === null) throw invalidToken(`${name} is missing`)
  }
  checkKind(claims)
  for (const match of rules.require) {
    if (!matches(claims, match)) throw invalidToken(`${[match.path].flat().join(' or ')} is not as required`)
  }
}

function checkText(claims: JsonObject, name: string): void {
  const value = own(claims, name)
  if (value !== undefined && typeof value !== 'string') throw invalidToken(`${name} is not a string`)
}

/** One of our audiences must be in `aud`, a string or an array of nothing but strings (RFC 7519 §4.1.3). @throws Refusal */
export function checkAudience(claims: JsonObject, { audience, audienceClaim }: IssuerRules): void {
  const value = readPath(claims, audienceClaim)
  const named = typeof value === 'string' ? [value] : texts(value)
  if (named === undefined) throw invalidToken('aud is missing or not made of strings')
  if (named.some((each) => audience.includes(each))) return
  throw invalidToken(`aud is ${shown(named[0])}, expected ${audience.join(' or ')}`)
}

/** Members that only other kinds of token have (OpenID Connect Core §3.1.3.6 and §3.3.2.11, Back-Channel Logout §2.4,
 * RFC 9449 §4.2): where `typ` does not tell them apart, these do. */
const foreignMembers = ['at_hash', 'c_hash', 's_hash', 'events', 'htm', 'htu'] as const

/** Claims by which servers tell their kinds of token apart, `typ` being Keycloak's. */
const kindClaims = ['token_use', 'token_type', 'typ'] as const

/** Their values on what is no access token. */
const foreignKinds: ReadonlySet<unknown> = new Set(['refresh', 'refresh_token', 'offline', 'id', 'id_token', 'logout'])

function checkKind(claims: JsonObject): void {
  for (const name of foreignMembers) {
    if (Object.hasOwn(claims, name)) throw invalidToken(`it holds ${name}, so it is no access token`)
  }
  for (const name of kindClaims) {
    if (foreignKinds.has(lowerCase(own(claims, name)))) throw invalidToken(`${name} says that it is no access token`)
  }
}

/** A text that is compared without regard to case; anything else as it is. */
export function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value
}
