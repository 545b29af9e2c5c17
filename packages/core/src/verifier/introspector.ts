import { Flights } from '../cache/flights.js'
import { Lru } from '../cache/lru.js'
import { type JsonObject, own } from '../json.js'
import type { ClientAuthentication } from '../oauth/client-authentication.js'
import { IntrospectionFailure, requestIntrospection } from '../oauth/introspection.js'
import { until } from '../until.js'
import type { VerifierEvent } from './events.js'
import { Outages } from './outages.js'
import { invalidToken } from './refusal.js'

/** Seconds for which an answer serves that says nothing of the token's end. */
const maxAgeWithoutExp = 60
/** Seconds for which a token that is not active is refused without asking. */
const maxNegativeAge = 10
/** Longer answers are not kept, which bounds what the memory holds in bytes. */
const maxKeptBytes = 16 * 1024

/** What a verifier lends to the introspection of its opaque issuer. */
export interface IntrospectionContext {
  readonly issuer: string
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
}

/** What is known of an active token. */
export interface IntrospectedToken {
  /** The answer, with `iss` and `exp` where it had none. */
  readonly claims: JsonObject & { readonly exp: unknown }
  readonly remembered: boolean
}

/** Asks about one token at a time. */
export interface Introspector {
  /** Whether an answer that names no audience at all will do. */
  readonly audienceOptional: boolean
  /** @throws Refusal when the token is not active, or when that cannot be found out. */
  lookUp(token: string, signal: AbortSignal | undefined): Promise<IntrospectedToken>
}

interface IntrospectorOptions extends IntrospectionContext {
  readonly audienceOptional: boolean
  readonly endpoint: () => Promise<URL | undefined>
  readonly clientId: string
  readonly authentication: ClientAuthentication
  /** Seconds. */
  readonly timeout: number
  /** Seconds; 0 keeps nothing. */
  readonly maxAge: number
  readonly maxEntries: number
}

/** What was answered: the claims of an active token, or `undefined`. */
interface Answer {
  readonly claims: IntrospectedToken['claims'] | undefined
  /** Milliseconds since the epoch. */
  readonly askedAt: number
  /** Seconds for which it may be used again. */
  readonly lifetime: number
}

/** Answers by the digest of the token: active and inactive ones apart, so that made-up tokens push no good one out. */
export function createIntrospector(options: IntrospectorOptions): Introspector {
  const { issuer, now, emit, maxAge, maxEntries } = options
  const active = new Lru<string, Answer>(maxEntries)
  const inactive = new Lru<string, Answer>(maxEntries)
  const flights = new Flights<Answer>()
  const outages = new Outages(now)

  const recall = (answers: Lru<string, Answer>, key: string): Answer | undefined => {
    const answer = answers.get(key)
    if (answer === undefined) return undefined
    const age = now() - answer.askedAt
    if (age >= 0 && age < answer.lifetime * 1000) return answer
    answers.delete(key)
    return undefined
  }

  const ask = async (token: string, key: string): Promise<Answer> => {
    const askedAt = now()
    try {
      const endpoint = await options.endpoint()
      if (endpoint === undefined) throw new IntrospectionFailure('the metadata name no introspection endpoint')
      const { claims, size } = await requestIntrospection({ ...options, endpoint, token })
      emit({ type: 'token_introspected', issuer, active: claims !== undefined })
      if (claims === undefined) return { askedAt, claims, lifetime: Math.min(maxAge, maxNegativeAge) }
      const lifetime = Object.hasOwn(claims, 'exp') ? maxAge : Math.min(maxAge, maxAgeWithoutExp)
      return { askedAt, claims: completed(claims, issuer, askedAt), lifetime: size > maxKeptBytes ? 0 : lifetime }
    } catch (error) {
      const outage = outages.add(key, error)
      emit({ type: 'introspection_unavailable', issuer, reason: outage.message })
      throw outage
    }
  }

  const askAndKeep = async (token: string, key: string): Promise<Answer> => {
    const answer = await ask(token, key)
    if (answer.lifetime > 0) (answer.claims === undefined ? inactive : active).set(key, answer)
    return answer
  }

  const fly = async (token: string, key: string): Promise<Answer> => {
    outages.check(key)
    return flights.join(key, () => askAndKeep(token, key))
  }

  return {
    audienceOptional: options.audienceOptional,
    lookUp: async (token, signal) => {
      const key = await digest(token)
      const known = recall(active, key) ?? recall(inactive, key)
      const answer = known ?? (await until(flights.current(key) ?? fly(token, key), signal))
      if (answer.claims === undefined) throw invalidToken('the authorization server says that it is not active')
      return { claims: answer.claims, remembered: known !== undefined }
    },
  }
}

/** An answer need not say whose the token is (it was asked for at its issuer's) nor when it ends. */
function completed(claims: JsonObject, issuer: string, askedAt: number): IntrospectedToken['claims'] {
  const exp = own(claims, 'exp')
  return {
    ...claims,
    iss: Object.hasOwn(claims, 'iss') ? claims.iss : issuer,
    exp: exp === undefined ? askedAt / 1000 + maxAgeWithoutExp : exp,
  }
}

async function digest(token: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  return String.fromCharCode(...new Uint8Array(bytes))
}
