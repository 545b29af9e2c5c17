import { type AccessToken, checkStepUp, type StepUp, stepUp, type UnknownClaims } from '@auth/core'
import { initTRPC } from '@trpc/server'
import { type AuthContext, tokenOf } from './context.js'
import type { Checks } from './plugin.js'
import { formatRefusal, refusing } from './refusal.js'
import { untilExpiry } from './until-expiry.js'

/**
 * Protects the procedures it is joined to by a login: a valid access token must be there, whose user logged in the way,
 * or as lately, as this step asks for (RFC 9470). Joined after `scoped(…)`, it is looked at after the scopes.
 *
 * @param requirement `acrValues`, of which one must be the token's `acr`; `maxAge`, the seconds since its `auth_time`.
 * @throws TypeError when it asks for nothing.
 * @example
 * const pay = t.procedure.concat(scoped('payments:write')).concat(steppedUp({ maxAge: 300 })).mutation(() => {})
 */
export function steppedUp(requirement: StepUp) {
  return createSteppedUp<string, UnknownClaims>({ stepUp }, requirement)
}

/** The same with another check, that of one verifier for instance. */
export function createSteppedUp<S extends string, C extends object>(
  checks: Pick<Checks<S, C>, 'stepUp'>,
  requirement: StepUp,
) {
  const checked = checkStepUp(requirement)
  const t = initTRPC.context<AuthContext<AccessToken<S, C>>>().create({ allowOutsideOfServer: true })
  return t.procedure.errors(formatRefusal).use(({ ctx, next }) =>
    refusing(async () => {
      const token = tokenOf(ctx)
      checks.stepUp(token, checked)
      return untilExpiry(token, await next({ ctx: { token } }))
    }),
  )
}
