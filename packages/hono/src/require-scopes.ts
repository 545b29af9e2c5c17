import { allOfEach, checkPolicy, type Policy } from '@auth/core'
import type { MiddlewareHandler } from 'hono'
import { earlierToken, type TokenSource } from './accepted.js'
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
  return requiringScopes(earlierToken('requireScopes'), [policy, ...more])
}

/** The same for the token of any source. @param known tells which scopes exist; every one where it is left out. */
export function requiringScopes<S extends string>(
  { accepted, resolve }: TokenSource,
  [first, ...rest]: readonly [Policy<S>, ...Policy<S>[]],
  known?: (scope: string) => boolean,
): MiddlewareHandler {
  for (const policy of [first, ...rest]) checkPolicy(policy, known)
  const policy = allOfEach(first, rest)
  return guarding({
    resolve,
    check: async (c) => {
      const { verifier, token } = await accepted(c)
      verifier.authorize(token, policy)
    },
  })
}
