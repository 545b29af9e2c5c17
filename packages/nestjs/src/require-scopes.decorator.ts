import { checkPolicy, type Policy } from '@auth/core'
import { applyDecorators, UseGuards } from '@nestjs/common'
import { declareAccess } from './access.js'
import { ScopeGuard } from './scope.guard.js'

/**
 * What a token must be allowed to do to reach a handler, or every handler of a class. It brings {@link ScopeGuard}
 * along: nothing is left open for want of a guard.
 *
 * A handler's policy adds to its class's: both must hold. On a handler it replaces the class's `@Public()`.
 *
 * @param policy a scope, `allOf(…)` or `anyOf(…)`.
 * @param more further policies, all of which must hold too.
 * @throws TypeError without a policy, for an empty or malformed one, and beside `@Public()` on the same target.
 * @example
 * @Get()
 * @RequireScopes('accounts:read')
 * list() {}
 */
export function RequireScopes<S extends string>(
  policy: Policy<S>,
  ...more: Policy<S>[]
): ClassDecorator & MethodDecorator {
  return requireScopes([policy, ...more])
}

/** @param known tells which scopes exist; every one is allowed where it is left out. */
export function requireScopes(
  policies: readonly [Policy, ...Policy[]],
  known?: (scope: string) => boolean,
): ClassDecorator & MethodDecorator {
  for (const policy of policies) checkPolicy(policy, known)
  return applyDecorators(declareAccess(policies), UseGuards(ScopeGuard))
}
