import { isPromise } from '../is-promise.js'
import { type JsonObject, own } from '../json.js'
import type { Accept, Accepted } from './accepted.js'
import type { Home } from './access-token.js'
import { checkClaims, readTimes, type Times } from './claims.js'
import { isShareable } from './claims-schema.js'
import { readConfirmation } from './confirmation.js'
import { checkCharacters, tokenPattern } from './header.js'
import { createIssuing } from './issue.js'
import type { VerificationKey } from './jwk.js'
import { type ParsedJwt, parseJwt } from './jws.js'
import { findSigner, looksLikeJwt } from './jwt.js'
import type { KeySource } from './key-source.js'
import { KnownHeaders } from './known-headers.js'
import type { Settings } from './options.js'
import { invalidToken } from './refusal.js'
import type { Caller, RequestScope } from './request-scope.js'
import type { IssuerRules } from './rules.js'
import { endOf, TokenCache } from './token-cache.js'
import type { AccessToken } from './token-types.js'

/** A JWT whose signature and claims were good, and what is looked at again each time it comes. */
interface Verified<S extends string, C extends object> {
  readonly accepted: Accepted<S, C>
  /** Not where requests would share something that one of them could change: the schema runs again for each. */
  readonly shared: boolean
  readonly times: Times
  readonly rules: IssuerRules<C>
  readonly key: VerificationKey
  readonly keys: KeySource
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
  const { issuers } = settings
  const issuing = createIssuing(settings, home)
  const opaque = issuers.introspection?.accepting(issuing)
  const memory = new TokenCache<Verified<S, C>>(settings.remembered, endOf)
  const headers = new KnownHeaders()
  const pattern = tokenPattern(issuers.opaque?.furtherCharacters)

  const known = (text: string, scope: RequestScope): Verified<S, C> | undefined => {
    const verified = memory.get(text)
    if (verified === undefined) return undefined
    if (!verified.keys.trusts(verified.key, scope)) {
      memory.delete(text)
      return undefined
    }
    issuing.check(verified.times)
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

  const askAbout = (text: string, rules: IssuerRules<C> | undefined, caller: Caller): ReturnType<Accept<S, C>> => {
    if (opaque !== undefined && rules?.introspector !== undefined)
      return opaque.accept(text, rules, rules.introspector, caller)
    throw invalidToken('it is no JWT, and no issuer is set up for introspection')
  }

  const acceptJwt = (text: string, jwt: ParsedJwt, caller: Caller): ReturnType<Accept<S, C>> => {
    const rules = issuers.find(own(jwt.claims, 'iss'), caller)
    return isPromise(rules)
      ? rules.then((found) => acceptFrom(found, text, jwt, caller))
      : acceptFrom(rules, text, jwt, caller)
  }

  const acceptFrom = (
    rules: IssuerRules<C>,
    text: string,
    jwt: ParsedJwt,
    caller: Caller,
  ): ReturnType<Accept<S, C>> => {
    const { keys } = rules
    if (keys === undefined) return askAbout(text, rules, caller)
    const key = findSigner(jwt, rules, keys, caller)
    return isPromise(key)
      ? key.then((found) => admit(text, jwt, { rules, key: found, keys }, caller))
      : admit(text, jwt, { rules, key, keys }, caller)
  }

  const acceptStranger = async (text: string, jwt: ParsedJwt, caller: Caller): Promise<Accepted<S, C>> => {
    const accepted = await acceptJwt(text, jwt, caller)
    headers.keep(text, jwt.header)
    return accepted
  }

  const admit = (
    text: string,
    { claims }: ParsedJwt,
    { rules, key, keys }: Pick<Verified<S, C>, 'rules' | 'key' | 'keys'>,
    caller: Caller,
  ): ReturnType<Accept<S, C>> => {
    const times = readTimes(claims, rules.maxTokenAge)
    issuing.check(times)
    checkClaims(claims, rules)
    const confirmation = readConfirmation(claims)
    const remember = (token: AccessToken<S, C>): Accepted<S, C> => {
      const accepted = { token, claims, confirmation, remembered: true }
      memory.set(text, { accepted, shared: isShareable(token, rules), times, rules, key, keys }, bytesOf(text))
      return { token, claims, confirmation, remembered: false }
    }
    const token = issuing.issue(claims, times, rules, caller)
    return isPromise(token) ? token.then(remember) : remember(token)
  }

  const issueAgain = async ({ accepted, times, rules }: Verified<S, C>, caller: Caller): Promise<Accepted<S, C>> => ({
    ...accepted,
    token: await issuing.issue(accepted.claims, times, rules, caller),
  })

  return (text, sent, caller) => {
    const verified = known(text, caller.scope)
    if (verified !== undefined) return verified.shared ? verified.accepted : issueAgain(verified, caller)
    const recalled = opaque?.recall(text, issuers.opaque)
    if (recalled !== undefined) return recalled
    const header = headers.of(text)
    if (header !== undefined) return acceptJwt(text, parse(text, header, sent), caller)
    if (looksLikeJwt(text)) return acceptStranger(text, parse(text, undefined, sent), caller)
    return askAbout(checkCharacters(text, pattern, sent), issuers.opaque, caller)
  }
}
