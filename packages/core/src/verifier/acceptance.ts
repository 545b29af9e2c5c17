import { Lru } from '../cache/lru.js'
import { type JsonObject, own } from '../json.js'
import { until } from '../until.js'
import type { Home } from './access-token.js'
import { checkClaims, checkTimes, checkTokenType, readTimes, type Times } from './claims.js'
import { checkTokenText } from './header.js'
import { issueToken } from './issue.js'
import type { VerificationKey } from './jwk.js'
import { parseJwt } from './jws.js'
import { findSigner, looksLikeJwt } from './jwt.js'
import type { KeySource } from './key-source.js'
import type { Settings } from './options.js'
import { invalidToken, shown } from './refusal.js'
import type { IssuerRules } from './rules.js'
import type { AccessToken } from './types.js'

/** Longer tokens are not remembered, which bounds what the memory holds in bytes. */
const maxRememberedLength = 4096

/** Verifies the text of a token, however it was sent. @throws Refusal */
export type Accept<S extends string, C extends object> = (
  token: unknown,
  signal: AbortSignal | undefined,
) => Promise<AccessToken<S, C>>

/** An accepted JWT, and what is looked at again each time it comes. */
interface Remembered<S extends string, C extends object> {
  readonly token: AccessToken<S, C>
  readonly times: Times
  readonly key: VerificationKey
  readonly keys: KeySource
}

/** The way from a text to an access token that everything but a policy is checked of. */
export function createAcceptance<S extends string, C extends object>(
  settings: Settings<S, C>,
  home: Home,
): Accept<S, C> {
  const { issuers, opaque, tolerance, now, emit } = settings
  const context = { home, catalogue: settings.catalogue, schema: settings.schema }
  const memory = new Lru<string, Remembered<S, C>>(settings.remembered)
  const check = (times: Times): void => checkTimes(times, { now: now() / 1000, tolerance })

  const recall = (text: string): AccessToken<S, C> | undefined => {
    const remembered = memory.get(text)
    if (remembered === undefined) return undefined
    if (!remembered.keys.trusts(remembered.key)) {
      memory.delete(text)
      return undefined
    }
    check(remembered.times)
    return remembered.token
  }

  const acceptJwt = async (text: string, signal: AbortSignal | undefined): Promise<AccessToken<S, C>> => {
    const jwt = parseJwt(text)
    const rules = issuerOf(jwt.claims)
    if (rules.keys === undefined) return acceptOpaque(text, rules, signal)
    const key = await findSigner(jwt, rules, rules.keys, signal)
    const times = readTimes(jwt.claims)
    check(times)
    checkClaims(jwt.claims, rules)
    const token = await issue(jwt.claims, times, rules, signal)
    if (settings.remembered > 0 && text.length <= maxRememberedLength) {
      memory.set(text, { token, times, key, keys: rules.keys })
    }
    emit({ type: 'token_accepted', issuer: rules.issuer, remembered: false })
    return token
  }

  /** A claims schema may take its time, so the caller may leave and the token may expire meanwhile. */
  const issue = async (
    claims: JsonObject,
    times: Times,
    rules: IssuerRules,
    signal: AbortSignal | undefined,
  ): Promise<AccessToken<S, C>> => {
    const token = await until(issueToken(claims, times.exp, rules, context), signal)
    check(times)
    return token
  }

  /** `iss` only selects among the configured issuers, by the whole text; no URL is ever made of it. */
  const issuerOf = (claims: JsonObject): IssuerRules => {
    const iss = own(claims, 'iss')
    const rules = typeof iss === 'string' ? issuers.get(iss) : undefined
    if (rules === undefined) throw invalidToken(`iss is ${shown(iss)}, expected ${[...issuers.keys()].join(' or ')}`)
    return rules
  }

  const acceptOpaque = async (
    text: string,
    rules: IssuerRules | undefined,
    signal: AbortSignal | undefined,
  ): Promise<AccessToken<S, C>> => {
    if (rules?.introspector === undefined) throw invalidToken('it is no JWT, and no issuer is set up for introspection')
    const { claims, remembered } = await rules.introspector.lookUp(text, signal)
    if (claims.iss !== rules.issuer) throw invalidToken(`iss is ${shown(claims.iss)}, expected ${rules.issuer}`)
    checkTokenType(claims)
    const times = readTimes(claims)
    check(times)
    checkClaims(claims, rules, rules.introspector.audienceOptional)
    const token = await issue({ aud: [], ...claims }, times, rules, signal)
    emit({ type: 'token_accepted', issuer: rules.issuer, remembered })
    return token
  }

  return async (token, signal) => {
    const text = checkTokenText(token)
    const known = recall(text)
    if (known !== undefined) {
      emit({ type: 'token_accepted', issuer: known.issuer, remembered: true })
      return known
    }
    return looksLikeJwt(text) ? acceptJwt(text, signal) : acceptOpaque(text, opaque, signal)
  }
}
