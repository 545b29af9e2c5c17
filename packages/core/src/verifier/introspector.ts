import { Flights } from '../cache/flights.js'
import { type JsonObject, own } from '../json.js'
import type { ClientAuthentication } from '../oauth/client-authentication.js'
import { askIntrospection, IntrospectionFailure } from '../oauth/introspection.js'
import { isRecent } from '../recent.js'
import { stopwatch } from '../stopwatch.js'
import { until } from '../until.js'
import type { VerifierEvent } from './events.js'
import type { Dialect, Question } from './introspection-dialect.js'
import { Outages } from './outages.js'
import { invalidToken, unavailable } from './refusal.js'
import type { Caller } from './request-scope.js'
import { TokenCache, type TokenCacheLimits } from './token-cache.js'

/** Seconds for which an answer serves that says nothing of the token's end. */
const maxAgeWithoutExp = 60
/** Seconds for which a token that is not active is refused without asking. */
const maxNegativeAge = 10
/** Tokens asked about at a time: made-up ones must not become a flood of questions, nor use up the sockets. */
const maxPending = 1000
/** Longer answers are not kept. */
const maxKeptBytes = 16 * 1024

/** What is known of an active token: the answer, with `iss` and `exp` where it had none. */
export type IntrospectedClaims = JsonObject & { readonly exp: unknown }

/** Asks about one token at a time. */
export interface Introspector {
  /** Whether an answer that names no audience at all will do. */
  readonly audienceOptional: boolean
  /**
   * What is kept of a token, at once.
   *
   * @returns the same object for the same answer; `undefined` when its server has to be asked.
   * @throws Refusal when it is kept that the token is not active.
   */
  recall(token: string): IntrospectedClaims | undefined
  /** @throws Refusal when the token is not active, or when that cannot be found out. */
  lookUp(token: string, caller: Caller): Promise<IntrospectedClaims>
}

/** What an introspector is made of. */
export interface IntrospectorOptions {
  readonly issuer: string
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
  readonly audienceOptional: boolean
  readonly dialect: Dialect
  /** Finds what the server knows a token by; unset where it is asked by the token itself. */
  readonly tokenId: ((token: string) => string | undefined | Promise<string | undefined>) | undefined
  readonly clientId: string
  readonly authentication: ClientAuthentication
  /** Seconds. */
  readonly timeout: number
  /** Seconds; 0 keeps nothing. */
  readonly maxAge: number
  readonly limits: TokenCacheLimits
}

/** What was answered: the claims of an active token, or `undefined`. */
interface Answer {
  readonly claims: IntrospectedClaims | undefined
  /** Milliseconds since the epoch. */
  readonly askedAt: number
  /** Seconds for which it may be used again. */
  readonly lifetime: number
  readonly bytes: number
}

/** Answers by token, active and inactive ones apart, so that made-up tokens push no good one out. */
export function createIntrospector(options: IntrospectorOptions): Introspector {
  const { issuer, now, emit, maxAge, limits, dialect } = options
  // An opaque token may end like every other one of its server, so all of it is its slot.
  const active = new TokenCache<Answer>(limits, (token) => token)
  const inactive = new TokenCache<Answer>(limits, (token) => token)
  const flights = new Flights<Answer>()
  const outages = new Outages(now, dialect)
  let pending = 0

  const recall = (answers: TokenCache<Answer>, token: string): Answer | undefined => {
    const answer = answers.get(token)
    if (answer === undefined || isRecent(answer.askedAt, answer.lifetime, now())) return answer
    answers.delete(token)
    return undefined
  }

  const ask = async (token: string, digest: string): Promise<Answer> => {
    const askedAt = now()
    const elapsed = stopwatch()
    try {
      const { claims, size } = await question(token)
      emit({ type: 'token_introspected', issuer, active: claims !== undefined, duration: elapsed() })
      const bytes = 512 + token.length + 2 * size
      if (claims === undefined) return { askedAt, claims, lifetime: Math.min(maxAge, maxNegativeAge), bytes }
      const lifetime = Object.hasOwn(claims, 'exp') ? maxAge : Math.min(maxAge, maxAgeWithoutExp)
      return {
        askedAt,
        claims: completed(claims, issuer, askedAt),
        lifetime: size > maxKeptBytes ? 0 : lifetime,
        bytes,
      }
    } catch (error) {
      const outage = outages.add(digest, error)
      emit({ type: 'introspection_unavailable', issuer, reason: outage.message, duration: elapsed() })
      throw outage
    }
  }

  const question = async (token: string): Promise<{ claims: JsonObject | undefined; size: number }> => {
    const tokenId = options.tokenId === undefined ? undefined : await identify(options.tokenId, token, options.timeout)
    if (options.tokenId !== undefined && tokenId === undefined) return { claims: undefined, size: 0 }
    const asked: Question = { token, tokenId }
    const endpoint = await dialect.endpoint(asked)
    const answer = await askIntrospection({
      ...options,
      endpoint,
      write: (parts) => dialect.write(asked, endpoint, parts),
    })
    return { claims: await dialect.read(answer, asked), size: answer.body.byteLength }
  }

  const askAndKeep = async (token: string, digest: string): Promise<Answer> => {
    const answer = await ask(token, digest)
    if (answer.lifetime > 0) (answer.claims === undefined ? inactive : active).set(token, answer, answer.bytes)
    return answer
  }

  const fly = async (token: string): Promise<Answer> => {
    if (pending >= maxPending) throw unavailable('too many tokens are being introspected', 1)
    pending++
    try {
      const digest = await digestOf(token)
      outages.check(digest)
      return await askAndKeep(token, digest)
    } finally {
      pending--
    }
  }

  const requireActive = ({ claims }: Answer): IntrospectedClaims => {
    if (claims === undefined) throw invalidToken('the authorization server says that it is not active')
    return claims
  }

  return {
    audienceOptional: options.audienceOptional,
    recall: (token) => {
      const answer = recall(active, token) ?? recall(inactive, token)
      return answer === undefined ? undefined : requireActive(answer)
    },
    lookUp: async (token, { scope, signal }) => {
      const flight = scope.apart ? fly(token) : flights.join(token, () => fly(token))
      return requireActive(await until(flight, signal))
    },
  }
}

/** Longer than any honest id of a token. */
const maxTokenIdLength = 512

/** What would be no segment of a path is refused here: whose token has such an id must not shut out the others. */
function isTokenId(id: unknown): id is string {
  return typeof id === 'string' && id.length <= maxTokenIdLength && !['', '.', '..'].includes(id)
}

/** The id of a token, from a store of the caller's that may hang. @returns `undefined` where the store has none. */
async function identify(
  tokenId: NonNullable<IntrospectorOptions['tokenId']>,
  token: string,
  timeout: number,
): Promise<string | undefined> {
  try {
    const deadline = AbortSignal.timeout(Math.ceil(timeout * 1000))
    const id: unknown = await until(Promise.resolve(token).then(tokenId), deadline)
    if (id === undefined || isTokenId(id)) return id
  } catch {
    // What it threw may quote the token.
  }
  throw new IntrospectionFailure('tokenId failed, or returned no usable id in time')
}

/** An answer need not say whose the token is (it was asked for at its issuer's) nor when it ends. */
function completed(claims: JsonObject, issuer: string, askedAt: number): IntrospectedClaims {
  const exp = own(claims, 'exp')
  return {
    ...claims,
    iss: Object.hasOwn(claims, 'iss') ? claims.iss : issuer,
    exp: exp === undefined ? askedAt / 1000 + maxAgeWithoutExp : exp,
  }
}

/** By which failures are remembered: there may be many, and tokens are long. */
async function digestOf(token: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  return String.fromCharCode(...new Uint8Array(bytes))
}
