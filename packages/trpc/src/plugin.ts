import { type AccessToken, authorize, type Policy, type UnknownClaims } from '@auth/core'
import { initTRPC } from '@trpc/server'
import { type AuthContext, tokenOf } from './context.js'
import { formatRefusal, refusing } from './refusal.js'

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
  return createPlugin<S, C>(authorize)
}

/** The plugin with another way to check a token. */
export function createPlugin<S extends string, C extends object>(
  check: (token: AccessToken<S, C>, policy: Policy<S>) => void,
) {
  const t = initTRPC
    .context<AuthContext<AccessToken<S, C>>>()
    .meta<AuthMeta<S>>()
    // Clients import `authLink` from this package: there tRPC's server part would refuse to be set up.
    .create({ allowOutsideOfServer: true })
  return t.procedure.errors(formatRefusal).use(({ ctx, meta, next }) =>
    refusing(async () => {
      const token = await tokenOf(ctx)
      // By name: a policy that is undefined by mistake is refused as malformed, not left out.
      if (meta !== undefined && 'scopes' in meta) check(token, meta.scopes)
      return next({ ctx: { token } })
    }),
  )
}
