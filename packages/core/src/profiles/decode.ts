import { TokenRequestError } from '../errors.js'
import { decodeUtf8, type JsonObject, parseJsonObject, text } from '../json.js'
import { readTokenAnswer } from '../oauth/token-answer.js'
import type { TransportAnswer } from '../oauth/transport.js'
import { readPath } from '../path.js'
import { isScopeToken } from '../scopes/policy.js'
import { type AnswerContext, failureOf } from './failure.js'
import { jwtLifetime } from './jwt-lifetime.js'
import { readLifetime } from './lifetime.js'
import { matches } from './match.js'
import { normalize } from './normalize.js'
import type { AnswerRules, Exchange, Profile } from './profile.js'

/** What an authorization server handed out, in our terms. */
export interface IssuedToken {
  readonly accessToken: string
  readonly tokenType: string
  readonly refreshToken: string | undefined
  /** As granted; `undefined` where the answer does not say, which means as requested (RFC 6749 §5.1). */
  readonly scope: string | undefined
  /** Seconds from the request's start; 0 when it is not to be kept. */
  readonly lifetime: number
  /** Seconds from the request's start after which the server would like to be asked again. */
  readonly refreshIn: number | undefined
  readonly metadata: JsonObject
  /** What had to be repaired; empty for a conforming answer. */
  readonly repairs: readonly string[]
}

/** What reading a token answer needs to know besides the answer. */
export interface TokenContext extends AnswerContext {
  /** Whether the token may be bound to a key (RFC 9449 §5). */
  readonly dpop: boolean
}

/** Seconds a token is kept whose answer, itself and whose profile say nothing. */
const defaultLifetime = 300

/**
 * Reads the answer to a token request by a profile's rules.
 *
 * @throws TokenRequestError when it is an error, asks for something else, or is not what the profile describes.
 */
export function decodeTokenAnswer(
  profile: Profile,
  exchange: Exchange,
  answer: TransportAnswer,
  context: TokenContext,
): IssuedToken {
  const rules = profile.answer ?? {}
  const document = parseBody(answer.body, rules)
  const accepted = (exchange.success ?? [200]).includes(answer.status)
  if (document !== undefined) refuseInteraction(rules, document, answer.status)
  if (!accepted || isFailure(rules, document)) throw failureOf(profile, answer, document, context)
  if (document === undefined) throw malformed('its body is not what the profile describes', answer.status)
  return issued(profile, document, answer.status, context)
}

function parseBody(body: Uint8Array, { type = 'json' }: AnswerRules): JsonObject | undefined {
  if (type === 'json') return parseJsonObject(body)
  const content = decodeUtf8(body)
  if (content === undefined) return undefined
  if (type === 'text') return { access_token: content.trim() }
  const members = [...new URLSearchParams(content)]
  const document = Object.fromEntries(members)
  return Object.keys(document).length === members.length ? document : undefined
}

function refuseInteraction(rules: AnswerRules, document: JsonObject, status: number): void {
  const rule = rules.interaction?.find(({ when }) => matches(document, when))
  if (rule === undefined) return
  throw new TokenRequestError({
    code: 'interaction_required',
    message: `The authorization server wants another step first (${rule.kind})`,
    status,
    interaction: { kind: rule.kind, handle: text(readPath(document, rule.handle ?? [])) },
  })
}

/** Whether an answer is an error, whatever its status. */
export function isFailure(rules: AnswerRules, document: JsonObject | undefined): boolean {
  if (document === undefined) return false
  if (readPath(document, 'error') !== undefined) return true
  return rules.failure?.some((rule) => matches(document, rule)) ?? false
}

function issued(profile: Profile, document: JsonObject, status: number, { now, dpop }: TokenContext): IssuedToken {
  const { answer: rules = {}, scope: scopes } = profile
  const lifetime = readLifetime(document, rules, now)
  if (lifetime === 'malformed') throw malformed('its lifetime is not a number', status)
  const { members, repairs } = normalize(document, rules, scopes?.split ?? scopes?.join ?? ' ', lifetime)
  const token = readTokenAnswer(members, tokenTypes(profile, dpop))
  if (typeof token === 'string') throw malformed(token, status)
  const scope = scopesOf(token.scope)
  return {
    ...token,
    tokenType: spelling[token.tokenType.toLowerCase()] ?? token.tokenType,
    lifetime: bounded(lifetime.seconds, token.accessToken, rules, now),
    scope,
    refreshIn: positive(readPath(document, 'refresh_in')),
    metadata: readMetadata(document, rules),
    repairs: scope === token.scope ? repairs : [...repairs, 'scope held what is no scope'],
  }
}

/** RFC 6749 §5.1: the case of a type says nothing. */
const spelling: Readonly<Record<string, string>> = { bearer: 'Bearer', dpop: 'DPoP' }

/** An unknown type must not be used as a bearer token (RFC 6749 §7.1); a profile may name one more. */
function tokenTypes({ answer, present }: Profile, dpop: boolean): readonly string[] {
  const own = [answer?.defaultTokenType ?? '', present?.as === 'scheme' ? (present.scheme ?? '') : '']
  return ['bearer', dpop ? 'dpop' : '', ...own].map((type) => type.toLowerCase())
}

/** A JWT's own life is an upper bound: whoever verifies it goes by that. One that is over is not kept at all. */
function bounded(seconds: number | undefined, token: string, rules: AnswerRules, now: number): number {
  const own = jwtLifetime(token, now)
  if (own === undefined) return seconds ?? rules.defaultLifetime ?? defaultLifetime
  return Math.max(0, Math.min(seconds ?? own, own))
}

/** What is no scope token (RFC 6749 §3.3) grants nothing, and must not reach a log or a header. */
function scopesOf(scope: string | undefined): string | undefined {
  return scope?.split(' ').filter(isScopeToken).join(' ')
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined
}

/** What an exchange of tokens issued (RFC 8693 §2.2.1) is kept by any profile. */
const standardMetadata = { issued_token_type: 'issued_token_type' }

function readMetadata(document: JsonObject, rules: AnswerRules): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...standardMetadata, ...rules.metadata }).flatMap(([name, path]) => {
      const value = readPath(document, path)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function malformed(what: string, status: number): TokenRequestError {
  return new TokenRequestError({
    code: 'invalid_response',
    message: `The token answer is not usable: ${what}`,
    status,
  })
}
