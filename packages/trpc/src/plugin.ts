import { type AccessToken, authorize, type Policy, recheck, type StepUp, type UnknownClaims } from '@auth/core'
import { initTRPC } from '@trpc/server'
import { type AuthContext, tokenOf } from './context.js'
import { formatRefusal, refusing } from './refusal.js'
import { untilExpiry } from './until-expiry.js'

/** The metadata that the plugin enforces: `initTRPC.meta<AuthMeta<ScopeOf<typeof scopes>>>()`. */
export interface AuthMeta<S extends string = string> {
  /** What a token must be allowed to do. A later `.meta({ scopes })` replaces an earlier one; `scoped(…)` adds. */
  readonly scopes?: Policy<S>
}

/**
 * Protects the procedures it is joined to: a valid access token must be there, and satisfy the policy that
 * `.meta({ scopes })` names. The token is `ctx.token` from there on.
 *
 * Refusals carry the core's answer in `error.data`, see `RefusalData`.
 *
 * @throws TRPCError at the call, with the `BearerError` as its cause.
 * @example
 * const t = initTRPC.context<AuthContext>().meta<AuthMeta>().create()
 * const protectedProcedure = t.procedure.concat(authPlugin())
 */
export function authPlugin<S extends string = string, C extends object = UnknownClaims>() {
  return createPlugin<S, C>({ recheck, authorize })
}

/** What is asked about a token that a context holds: whether it is (still) good, what it may do, and what login it is of. */
export interface Checks<S extends string, C extends object> {
  recheck(token: AccessToken<S, C>): void
  authorize(token: AccessToken<S, C>, policy: Policy<S>): void
  stepUp(token: AccessToken<S, C>, requirement: StepUp): void
}

/** The plugin with other checks, those of one verifier for instance. */
export function createPlugin<S extends string, C extends object>(checks: Omit<Checks<S, C>, 'stepUp'>) {
  const t = initTRPC
    .context<AuthContext<AccessToken<S, C>>>()
    .meta<AuthMeta<S>>()
    // Clients import `authLink` from this package: there tRPC's server part would refuse to be set up.
    .create({ allowOutsideOfServer: true })
  return t.procedure.errors(formatRefusal).use(({ ctx, meta, next }) =>
    refusing(async () => {
      const token = tokenOf(ctx)
      // A context may outlive its token, that of a socket for instance; and it may be another verifier's.
      checks.recheck(token)
      // By name: a policy that is undefined by mistake is refused as malformed, not left out.
      if (meta !== undefined && 'scopes' in meta) checks.authorize(token, meta.scopes)
      return untilExpiry(token, await next({ ctx: { token } }))
    }),
  )
}
