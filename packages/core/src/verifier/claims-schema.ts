import { isJsonObject, type JsonObject } from '../json.js'
import { invalidToken } from './refusal.js'
import type { IssuerRules } from './rules.js'
import type { ClaimsSchema } from './standard-schema.js'
import type { Claims } from './token-types.js'

/**
 * Puts what the schema makes of the claims over the raw ones, which are frozen, and freezes the result: remembered
 * tokens are handed to many requests. Without a schema that takes no time.
 *
 * @throws Refusal when the claims do not fit. The schema's own messages are left out: they may quote a claim.
 * @throws TypeError when the schema breaks its contract: what it meant to say is unknown, so nobody is let in.
 */
export function describeClaims<C extends object>(
  raw: JsonObject,
  schema: ClaimsSchema<C> | undefined,
): Claims<C> | Promise<Claims<C>> {
  // The registered claims were checked, and the schema answers with a C; without one, C is the unknown claims. That is
  // what Claims<C> says, but a conditional type cannot be reduced while C is open.
  return schema === undefined ? (raw as Claims<C>) : (described(raw, schema) as Promise<Claims<C>>)
}

async function described(raw: JsonObject, schema: ClaimsSchema<object>): Promise<object> {
  const claims = { ...raw, ...resultOf(await schema['~standard'].validate(raw)) }
  throughout(claims, Object.freeze)
  return claims
}

/** What the schema made of the claims. A result is not what its type says when it was written in JavaScript. */
function resultOf(result: unknown): JsonObject {
  // An array, too: arktype's failure is the list of its issues, which holds itself.
  const given = typeof result === 'object' && result !== null ? result : {}
  const { issues, value }: { readonly issues?: unknown; readonly value?: unknown } = given
  if (Array.isArray(issues)) throw invalidToken('the claims do not fit the schema')
  if (issues !== undefined || !isJsonObject(value)) {
    throw new TypeError('the claims schema returned neither issues nor an object')
  }
  return value
}

/**
 * Does something to objects and arrays at any depth, circles included. What a class made is left to its class: it may
 * have to change.
 *
 * @param act answers `false` for what is not as it should be.
 * @returns whether all is as it should be, and nothing was left out.
 */
function throughout(value: unknown, act: (each: object) => unknown, seen: WeakSet<object> = new WeakSet()): boolean {
  if (typeof value === 'function') return false
  if (typeof value !== 'object' || value === null || seen.has(value)) return true
  seen.add(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false
  if (act(value) === false) return false
  const members = Object.values(value).map((member) => throughout(member, act, seen))
  return !members.includes(false)
}

/**
 * Whether all requests can be handed the same token: nothing in it can be changed, as a `Date` or a `Map` could. What no
 * schema made is frozen at any depth.
 */
export function isShareable({ claims }: { readonly claims: unknown }, { schema }: IssuerRules): boolean {
  return schema === undefined || throughout(claims, Object.isFrozen)
}
