import type { StepUp } from '../errors.js'
import { type JsonObject, own } from '../json.js'
import { isScopeToken } from '../scopes/policy.js'
import { checkShapes, isListOf, type Shape } from '../shapes.js'
import type { Clock } from './claims.js'

const shapes: Readonly<Record<keyof StepUp, Shape>> = {
  // The characters of a scope: no blanks, for they separate values, and no quotes, for a challenge repeats them.
  acrValues: [
    (values) => isListOf(isScopeToken, values),
    "a non-empty list of texts without blanks, ['urn:example:mfa'] for instance",
  ],
  maxAge: [(age) => Number.isSafeInteger(age) && Number(age) >= 0, 'a whole number of seconds, 300 for instance'],
}

/**
 * Checks what is asked of a login where it is defined, so that nothing asks for nothing by mistake.
 *
 * @throws TypeError
 * @example const requirement = checkStepUp({ maxAge: 300 })
 */
export function checkStepUp(stepUp: StepUp): StepUp {
  checkShapes(stepUp, shapes, 'stepUp', 'stepUp.')
  if (stepUp.acrValues === undefined && stepUp.maxAge === undefined) {
    throw new TypeError("stepUp asks for nothing; expected { acrValues: ['urn:example:mfa'], maxAge: 300 }")
  }
  return stepUp
}

/**
 * Why a login is not enough (RFC 9470 §4), `undefined` when it is. A token that does not say how or when its user logged
 * in is not enough for who asks.
 *
 * @param claims as they were sent, whatever a schema made of them.
 */
export function stepUpNeeded(
  claims: JsonObject,
  { acrValues, maxAge }: StepUp,
  { now, tolerance }: Clock,
): string | undefined {
  const acr = own(claims, 'acr')
  if (acrValues?.some((each) => each === acr) === false) return 'its acr is none of those asked for'
  if (maxAge === undefined) return undefined
  const authTime = own(claims, 'auth_time')
  if (typeof authTime !== 'number' || !Number.isFinite(authTime)) return 'its auth_time is no finite number'
  if (!(authTime <= now + tolerance)) return 'its auth_time is in the future'
  return now - authTime <= maxAge + tolerance ? undefined : 'its user logged in too long ago (auth_time)'
}
