import { allOfEach, checkPolicy, type Policy } from '@auth/core'
import type { MiddlewareHandler } from 'hono'
import { requirePolicy } from './authentication.js'
import { guarding } from './guard.js'

/**
 * Lets a request pass whose token satisfies a policy. It belongs after `bearer()`; the one of `createHonoAuth`
 * authenticates by itself and knows the scopes.
 *
 * @param policy a scope, `allOf(…)` or `anyOf(…)`.
 * @param more further policies, all of which must hold too.
 * @throws TypeError for an empty or malformed policy; at the request when no `bearer()` ran before it.
 * @example
 * app.use(bearer()).get('/accounts', requireScopes('accounts:read'), (c) => c.json([]))
 */
export function requireScopes<S extends string>(policy: Policy<S>, ...more: Policy<S>[]): MiddlewareHandler {
  const all = joinPolicies([policy, ...more])
  return guarding({ check: (c) => requirePolicy(c, all) })
}

/** One policy of several, checked where it is defined. @throws TypeError */
export function joinPolicies<S extends string>(
  [first, ...rest]: readonly [Policy<S>, ...Policy<S>[]],
  known?: (scope: string) => boolean,
): Policy<S> {
  for (const policy of [first, ...rest]) checkPolicy(policy, known)
  return allOfEach(first, rest)
}
