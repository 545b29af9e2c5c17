import { type AccessToken, allOfEach, authorize, checkPolicy, type Policy, type UnknownClaims } from '@auth/core'
import { initTRPC } from '@trpc/server'
import { type AuthContext, tokenOf } from './context.js'
import type { Checks } from './plugin.js'
import { formatRefusal, refusing } from './refusal.js'
import { untilExpiry } from './until-expiry.js'

/**
 * Protects the procedures it is joined to by scopes: a valid access token must be there and satisfy the policy. It needs
 * neither `authPlugin()` before it nor metadata, so it joins any `t`; joined twice, both policies must hold.
 *
 * @param policy a scope, `allOf(…)` or `anyOf(…)`.
 * @param more further policies, all of which must hold too.
 * @throws TypeError for an empty or malformed policy.
 * @example
 * const t = initTRPC.context<AuthContext>().create()
 * const listAccounts = t.procedure.concat(scoped('accounts:read')).query(() => [])
 */
export function scoped<S extends string>(policy: Policy<S>, ...more: Policy<S>[]) {
  return createScoped<string, UnknownClaims>({ authorize }, [policy, ...more])
}

/**
 * The same with other checks, those of one verifier for instance.
 *
 * @param known tells which scopes exist; every one is allowed where it is left out.
 */
export function createScoped<S extends string, C extends object>(
  checks: Pick<Checks<S, C>, 'authorize'>,
  [first, ...rest]: readonly [Policy<S>, ...Policy<S>[]],
  known?: (scope: string) => boolean,
) {
  for (const each of [first, ...rest]) checkPolicy(each, known)
  const policy = allOfEach(first, rest)
  const t = initTRPC.context<AuthContext<AccessToken<S, C>>>().create({ allowOutsideOfServer: true })
  return t.procedure.errors(formatRefusal).use(({ ctx, next }) =>
    refusing(async () => {
      const token = tokenOf(ctx)
      checks.authorize(token, policy)
      return untilExpiry(token, await next({ ctx: { token } }))
    }),
  )
}
