import { isJsonObject, type JsonObject, own } from '../json.js'
import { IntrospectionFailure } from '../oauth/introspection.js'
import type { TransportAnswer } from '../oauth/transport.js'
import { numericDate } from './claims.js'
import type { AnswerForm } from './introspection-dialect.js'
import { type HeaderRules, mediaType, parseJwt } from './jws.js'
import { findSigner } from './jwt.js'
import type { KeySource } from './key-source.js'
import { Refusal } from './refusal.js'
import { commonScope } from './request-scope.js'

const type = 'token-introspection+jwt'

/** Seconds by which the issuer's clock may be ahead, and after which an answer is a recorded one. */
const maxAhead = 60
const maxAge = 300

/** What signed answers are held against. */
export interface SignedAnswerRules {
  readonly issuer: string
  /** What this API is called by: its client id, or an audience. */
  readonly recipients: readonly string[]
  readonly algorithms: ReadonlySet<string>
  readonly keys: KeySource
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Answers that are JWTs (RFC 9701 §5), signed by the issuer and made for this API. A plain answer is a failure: whoever
 * could take the signature away could write the rest as well.
 */
export function signedAnswers(rules: SignedAnswerRules): AnswerForm {
  const headerRules = { algorithms: rules.algorithms, typ: new Set([type]), untyped: false }
  return {
    accept: `application/${type}`,
    read: async (answer) => {
      const contentType = answer.headers.get('content-type')?.split(';', 1)[0]?.trim() ?? ''
      if (mediaType(contentType) !== type) throw new IntrospectionFailure('introspection was not answered with a JWT')
      const claims = await verify(answer, rules, headerRules)
      checkClaims(claims, rules)
      const content = own(claims, 'token_introspection')
      if (!isJsonObject(content)) throw unusable('it has no token_introspection')
      return content
    },
  }
}

/** A bad signature is the answer's fault, not the token's: nobody is told that a good token is none. */
async function verify(
  { body }: TransportAnswer,
  { keys }: SignedAnswerRules,
  headerRules: HeaderRules,
): Promise<JsonObject> {
  try {
    const jwt = parseJwt(new TextDecoder('latin1').decode(body))
    await findSigner(jwt, headerRules, keys, { scope: commonScope(), signal: undefined })
    return jwt.claims
  } catch (error) {
    throw error instanceof Refusal ? unusable(error.message) : error
  }
}

function checkClaims(claims: JsonObject, { issuer, recipients, now }: SignedAnswerRules): void {
  const [iss, aud] = [own(claims, 'iss'), own(claims, 'aud')]
  if (iss !== issuer) throw unusable('it is from another issuer')
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!recipients.some((recipient) => named.includes(recipient))) throw unusable('it is for another recipient')
  const age = now() / 1000 - (issuedAt(claims) ?? Number.NaN)
  if (!(age >= -maxAhead && age <= maxAge)) throw unusable('its iat is missing, ahead or long past')
}

function issuedAt(claims: JsonObject): number | undefined {
  try {
    return numericDate(claims, 'iat')
  } catch {
    return undefined
  }
}

function unusable(why: string): IntrospectionFailure {
  return new IntrospectionFailure(`the signed introspection answer cannot be used: ${why}`)
}
