import type { JsonObject } from '../json.js'
import { invalidToken } from './refusal.js'
import type { Claims, ClaimsSchema } from './types.js'

/**
 * Puts what the schema makes of the claims over the raw ones, and freezes the result: remembered tokens are handed to
 * many requests.
 *
 * @throws Refusal when the claims do not fit. The schema's own messages are left out: they may quote a claim.
 */
export async function describeClaims<C extends object>(
  raw: JsonObject,
  schema: ClaimsSchema<C> | undefined,
): Promise<Claims<C>> {
  deepFreeze(raw)
  const result = await schema?.['~standard'].validate(raw)
  if (result?.issues !== undefined) throw invalidToken('the claims do not fit the schema')
  // The registered claims were checked, and the schema answered with a C; without one, C is the unknown claims. That is
  // what Claims<C> says, but a conditional type cannot be reduced while C is open.
  return Object.freeze({ ...raw, ...result?.value }) as Claims<C>
}

/** Parsed JSON has no circles, and strict parsing bounds its depth. */
function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const member of Object.values(value)) deepFreeze(member)
}
