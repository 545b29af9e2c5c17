/** Every part must hold; there is one at least. */
export interface AllOf<S extends string = string> {
  readonly allOf: readonly [Policy<S>, ...Policy<S>[]]
}

/** One part is enough; there is one at least. */
export interface AnyOf<S extends string = string> {
  readonly anyOf: readonly [Policy<S>, ...Policy<S>[]]
}

/** What a token must be allowed to do: one scope, or a tree of `allOf` and `anyOf`. Plain data. */
export type Policy<S extends string = string> = S | AllOf<S> | AnyOf<S>

/**
 * A policy that holds when every part holds.
 *
 * @throws TypeError without a part, or with one that is no policy.
 * @example allOf('accounts:read', anyOf('parties:read', 'parties:write'))
 */
export function allOf<const S extends string>(...policies: [Policy<S>, ...Policy<S>[]]): AllOf<S> {
  return checkPolicy({ allOf: policies })
}

/**
 * A policy that holds when one part holds.
 *
 * @throws TypeError without a part, or with one that is no policy.
 * @example anyOf('accounts:read', 'accounts:write')
 */
export function anyOf<const S extends string>(...policies: [Policy<S>, ...Policy<S>[]]): AnyOf<S> {
  return checkPolicy({ anyOf: policies })
}

/** The characters of a scope-token, RFC 6749 §3.3: visible ASCII without `"` and `\`. */
export const scopeToken: RegExp = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Whether a value can be a scope at all (RFC 6749 §3.3). */
export function isScopeToken(value: unknown): value is string {
  return typeof value === 'string' && scopeToken.test(value)
}

/**
 * Checks a policy where it is defined, for those who write JavaScript.
 *
 * @param known tells which scopes exist; every scope is allowed where it is left out.
 * @throws TypeError when a list is empty, a scope is malformed or unknown, or the value is no policy at all.
 */
export function checkPolicy<P extends Policy>(policy: P, known?: (scope: string) => boolean): P {
  const parts = partsOf(policy)
  if (parts === undefined) {
    if (!isScopeToken(policy)) throw new TypeError(`a policy is a scope, allOf(…) or anyOf(…), not ${describe(policy)}`)
    if (known !== undefined && !known(policy)) throw new TypeError(`scope '${policy}' is not in the catalogue`)
    return policy
  }
  if (parts.length === 0) {
    throw new TypeError("a policy names at least one scope: allOf('accounts:read'); it is never empty")
  }
  for (const part of parts) checkPolicy(part, known)
  return policy
}

/** Joins the policies of one call into one: every one of them must hold. */
export function allOfEach<S extends string>(first: Policy<S>, rest: readonly Policy<S>[]): Policy<S> {
  return rest.length === 0 ? first : { allOf: [first, ...rest] }
}

/**
 * The scopes that a token still needs, empty when the policy holds. Of the ways to satisfy an `anyOf` it names the one
 * that needs the fewest, the first of equals: a client that asks for these is let in.
 */
export function missingScopes(policy: Policy, granted: readonly string[]): readonly string[] {
  if (typeof policy === 'string') return granted.includes(policy) ? [] : [policy]
  if ('allOf' in policy) return [...new Set(policy.allOf.flatMap((part) => missingScopes(part, granted)))]
  return policy.anyOf
    .map((part) => missingScopes(part, granted))
    .reduce((fewest, candidate) => (candidate.length < fewest.length ? candidate : fewest))
}

function partsOf(policy: unknown): readonly Policy[] | undefined {
  if (typeof policy !== 'object' || policy === null) return undefined
  const members = Object.keys(policy)
  if (members.length !== 1) return undefined
  if ('allOf' in policy && Array.isArray(policy.allOf)) return policy.allOf
  if ('anyOf' in policy && Array.isArray(policy.anyOf)) return policy.anyOf
  return undefined
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : value === null ? 'null' : typeof value
}
