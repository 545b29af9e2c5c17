import { frozenCopy, type JsonObject, own } from '../json.js'
import { until } from '../until.js'
import type { Home } from './access-token.js'
import { checkClaims, checkTimes, checkTokenType, readTimes, type Times } from './claims.js'
import { isImmutable } from './claims-schema.js'
import { type Confirmation, readConfirmation } from './confirmation.js'
import { checkCharacters, tokenPattern } from './header.js'
import { issueToken } from './issue.js'
import type { VerificationKey } from './jwk.js'
import { type ParsedJwt, parseJwt } from './jws.js'
import { findSigner, looksLikeJwt } from './jwt.js'
import type { KeySource } from './key-source.js'
import { KnownHeaders } from './known-headers.js'
import { KnownScopes } from './known-scopes.js'
import type { Settings } from './options.js'
import { invalidToken, shown } from './refusal.js'
import type { Caller, RequestScope } from './request-scope.js'
import type { IssuerRules } from './rules.js'
import { endOf, TokenCache } from './token-cache.js'
import type { AccessToken } from './types.js'

/** A token that everything but revocation, binding and policy was checked of. */
export interface Accepted<S extends string, C extends object> {
  readonly token: AccessToken<S, C>
  /** The claims as they were sent: a schema may have put others over them. */
  readonly claims: JsonObject
  /** The keys it is bound to. */
  readonly confirmation: Confirmation | undefined
  readonly remembered: boolean
}

/**
 * The way from a text to an access token. For one that was accepted before it ends at once; its times and its key are
 * looked at again.
 *
 * @param sent whether it came in an `Authorization` field.
 * @throws Refusal
 */
export type Accept<S extends string, C extends object> = (
  text: string,
  sent: boolean,
  caller: Caller,
) => Accepted<S, C> | Promise<Accepted<S, C>>

/** A JWT whose signature and claims were good, and what is looked at again each time it comes. */
interface Verified<S extends string, C extends object> {
  /** Unset where all requests would share something that one of them could change: the schema runs again then. */
  readonly accepted: Accepted<S, C> | undefined
  readonly claims: JsonObject
  readonly confirmation: Confirmation | undefined
  readonly times: Times
  readonly rules: IssuerRules<C>
  readonly key: VerificationKey
  readonly keys: KeySource
}

/** Whether all requests can be handed the same token: what no schema made is frozen at any depth. */
function isShareable({ claims }: { readonly claims: unknown }, { schema }: IssuerRules): boolean {
  return schema === undefined || isImmutable(claims)
}

/** What remembering a token takes, about: its text, its claims and what stands around them. */
function bytesOf(text: string): number {
  return 1024 + 4 * text.length
}

/** Verifies tokens with a memory of those that were good. */
export function createAcceptance<S extends string, C extends object>(
  settings: Settings<S, C>,
  home: Home,
): Accept<S, C> {
  const { issuers, tolerance, now } = settings
  const { opaque } = issuers
  const context = { home, scopes: new KnownScopes(settings.catalogue) }
  const memory = new TokenCache<Verified<S, C>>(settings.remembered, endOf)
  const headers = new KnownHeaders()
  const pattern = tokenPattern(opaque?.furtherCharacters)
  /** What was made of each answer about an opaque token, for as long as the answer is kept. */
  const issued = new WeakMap<JsonObject, { readonly accepted: Accepted<S, C>; readonly times: Times }>()
  const check = (times: Times): void => checkTimes(times, { now: now() / 1000, tolerance })

  const known = (text: string, scope: RequestScope): Verified<S, C> | undefined => {
    const verified = memory.get(text)
    if (verified === undefined) return undefined
    if (!verified.keys.trusts(verified.key, scope)) {
      memory.delete(text)
      return undefined
    }
    check(verified.times)
    return verified
  }

  /** A text that is no JWT may be none because it is malformed, which is said in another way. */
  const parse = (text: string, header: JsonObject | undefined, sent: boolean): ParsedJwt => {
    try {
      return parseJwt(text, header)
    } catch (error) {
      checkCharacters(text, pattern, sent)
      throw error
    }
  }

  const acceptJwt = async (
    text: string,
    knownHeader: JsonObject | undefined,
    sent: boolean,
    caller: Caller,
  ): Promise<Accepted<S, C>> => {
    const jwt = parse(text, knownHeader, sent)
    const found = issuers.find(own(jwt.claims, 'iss'), caller)
    const rules = found instanceof Promise ? await found : found
    const { keys } = rules
    if (keys === undefined) return acceptOpaque(text, rules, caller)
    const signer = findSigner(jwt, rules, keys, caller)
    const key = signer instanceof Promise ? await signer : signer
    const { claims } = jwt
    const times = readTimes(claims, rules.maxTokenAge)
    check(times)
    checkClaims(claims, rules)
    const confirmation = readConfirmation(claims)
    if (knownHeader === undefined) headers.keep(text, jwt.header)
    const issued = issue(claims, times, rules, caller)
    const token = issued instanceof Promise ? await issued : issued
    const accepted = isShareable(token, rules) ? { token, claims, confirmation, remembered: true } : undefined
    memory.set(text, { accepted, claims, confirmation, times, rules, key, keys }, bytesOf(text))
    return { token, claims, confirmation, remembered: false }
  }

  const issue = (
    claims: JsonObject,
    times: Times,
    rules: IssuerRules<C>,
    caller: Caller,
  ): AccessToken<S, C> | Promise<AccessToken<S, C>> => {
    const issued = issueToken(claims, times.exp, rules, context)
    return issued instanceof Promise ? stillGood(issued, times, caller) : issued
  }

  /** A claims schema may take its time, so the caller may leave and the token may expire meanwhile. */
  const stillGood = async <T>(issued: Promise<T>, times: Times, { signal }: Caller): Promise<T> => {
    const token = await until(issued, signal)
    check(times)
    return token
  }

  const acceptOpaque = async (
    text: string,
    rules: IssuerRules<C> | undefined,
    caller: Caller,
  ): Promise<Accepted<S, C>> => {
    if (rules?.introspector === undefined) throw invalidToken('it is no JWT, and no issuer is set up for introspection')
    const kept = rules.introspector.recall(text)
    const claims = kept ?? (await rules.introspector.lookUp(text, caller))
    if (claims.iss !== rules.issuer) throw invalidToken(`iss is ${shown(claims.iss)}, expected ${rules.issuer}`)
    checkTokenType(claims)
    const times = readTimes(claims, rules.maxTokenAge)
    check(times)
    checkClaims(claims, rules, rules.introspector.audienceOptional)
    const confirmation = readConfirmation(claims)
    const token = await issue(frozenCopy({ aud: [], ...claims }), times, rules, caller)
    if (isShareable(token, rules))
      issued.set(claims, { accepted: { token, claims, confirmation, remembered: true }, times })
    return { token, claims, confirmation, remembered: kept !== undefined }
  }

  const recallOpaque = (text: string): Accepted<S, C> | undefined => {
    const claims = opaque?.introspector?.recall(text)
    const known = claims === undefined ? undefined : issued.get(claims)
    if (known !== undefined) check(known.times)
    return known?.accepted
  }

  const issueAgain = async (verified: Verified<S, C>, caller: Caller): Promise<Accepted<S, C>> => {
    const { claims, confirmation, times, rules } = verified
    return { token: await issue(claims, times, rules, caller), claims, confirmation, remembered: true }
  }

  return (text, sent, caller) => {
    const verified = known(text, caller.scope)
    if (verified !== undefined) return verified.accepted ?? issueAgain(verified, caller)
    const recalled = recallOpaque(text)
    if (recalled !== undefined) return recalled
    const header = headers.of(text)
    if (header !== undefined || looksLikeJwt(text)) return acceptJwt(text, header, sent, caller)
    return acceptOpaque(checkCharacters(text, pattern, sent), opaque, caller)
  }
}
