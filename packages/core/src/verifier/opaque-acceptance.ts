import { frozenCopy, type JsonObject, own } from '../json.js'
import { readPath } from '../path.js'
import type { Accepted } from './accepted.js'
import { checkAudience, checkFurtherClaims, lowerCase, readTimes, type Times } from './claims.js'
import { isShareable } from './claims-schema.js'
import { readConfirmation } from './confirmation.js'
import type { Introspector } from './introspector.js'
import type { Issuing } from './issuing.js'
import { invalidToken, shown } from './refusal.js'
import type { Caller } from './request-scope.js'
import type { IssuerRules } from './rules.js'

/** The way from a text that its issuer is asked about (RFC 7662) to an access token. */
export class OpaqueAcceptance<S extends string, C extends object> {
  readonly #issuing: Issuing<S, C>
  /** What was made of each answer, for as long as the answer is kept. */
  readonly #issued = new WeakMap<JsonObject, { readonly accepted: Accepted<S, C>; readonly times: Times }>()

  constructor(issuing: Issuing<S, C>) {
    this.#issuing = issuing
  }

  /** A token that was accepted before. @throws Refusal */
  recall(text: string, rules: IssuerRules<C> | undefined): Accepted<S, C> | undefined {
    const claims = rules?.introspector?.recall(text)
    const known = claims === undefined ? undefined : this.#issued.get(claims)
    if (known !== undefined) this.#issuing.check(known.times)
    return known?.accepted
  }

  /** @throws Refusal */
  async accept(
    text: string,
    rules: IssuerRules<C>,
    introspector: Introspector,
    caller: Caller,
  ): Promise<Accepted<S, C>> {
    const kept = introspector.recall(text)
    const claims = kept ?? (await introspector.lookUp(text, caller))
    if (claims.iss !== rules.issuer) throw invalidToken(`iss is ${shown(claims.iss)}, expected ${rules.issuer}`)
    checkTokenType(claims)
    const times = readTimes(claims, rules.maxTokenAge)
    this.#issuing.check(times)
    if (!introspector.audienceOptional || !isAudienceMissing(claims, rules)) checkAudience(claims, rules)
    checkFurtherClaims(claims, rules)
    const confirmation = readConfirmation(claims)
    const token = await this.#issuing.issue(frozenCopy({ aud: [], ...claims }), times, rules, caller)
    const accepted = { token, claims, confirmation, remembered: true }
    if (isShareable(token, rules)) this.#issued.set(claims, { accepted, times })
    return { ...accepted, remembered: kept !== undefined }
  }
}

/** Whether the claims name no audience at all. */
function isAudienceMissing(claims: JsonObject, { audienceClaim }: IssuerRules): boolean {
  return readPath(claims, audienceClaim) === undefined && !Object.hasOwn(claims, 'aud')
}

/** What an introspected token may be (RFC 7662 §2.2). */
const accessTokenTypes: ReadonlySet<unknown> = new Set([undefined, null, 'bearer', 'access_token', 'dpop'])

/** An introspected token must be an access token of a type that can be sent here. @throws Refusal */
function checkTokenType(claims: JsonObject): void {
  if (!accessTokenTypes.has(lowerCase(own(claims, 'token_type'))))
    throw invalidToken('token_type is not Bearer or DPoP')
}
