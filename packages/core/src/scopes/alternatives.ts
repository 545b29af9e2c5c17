import type { Policy } from './policy.js'

/** More alternatives than a person reads; a policy that needs more is a mistake, or meant to take time. */
const maxAlternatives = 64
/** How many are compared with each other: what is more is refused unread. */
const maxCompared = 1024

/**
 * The ways to satisfy a policy, each the scopes that are needed together: its disjunctive normal form, without a way that
 * asks for more than another.
 *
 * @throws TypeError when there are more than 64.
 */
export function alternativesOf<S extends string>(policy: Policy<S>): readonly (readonly S[])[] {
  if (typeof policy === 'string') return [[policy]]
  if ('anyOf' in policy) return shortest(policy.anyOf.flatMap((part) => alternativesOf(part)))
  return policy.allOf.reduce<readonly (readonly S[])[]>((ways, part) => both(ways, alternativesOf(part)), [[]])
}

function both<S>(ways: readonly (readonly S[])[], others: readonly (readonly S[])[]): readonly (readonly S[])[] {
  return shortest(ways.flatMap((way) => others.map((other) => [...new Set([...way, ...other])])))
}

/** Drops each way that holds all of another one, and of equals all but the first. */
function shortest<S>(ways: readonly (readonly S[])[]): readonly (readonly S[])[] {
  if (ways.length > maxCompared) throw tooMany()
  const sets = ways.map((way) => new Set(way))
  const kept = ways.filter(
    (_, i) => !sets.some((set, j) => i !== j && isWithin(set, sets[i]) && (set.size !== sets[i]?.size || j < i)),
  )
  if (kept.length <= maxAlternatives) return kept
  throw tooMany()
}

function tooMany(): TypeError {
  return new TypeError(`a policy can be satisfied in more than ${maxAlternatives} ways, which nobody can read`)
}

function isWithin<S>(small: ReadonlySet<S>, large: ReadonlySet<S> | undefined): boolean {
  return large !== undefined && small.size <= large.size && [...small].every((each) => large.has(each))
}
