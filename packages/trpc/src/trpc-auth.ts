import type { Policy, StepUp, UnknownClaims } from '@auth/core'
import { contextOf } from './context.js'
import { authErrorFormatter } from './error-formatter.js'
import { type Checks, createPlugin } from './plugin.js'
import { responseMeta } from './response-meta.js'
import { createScoped } from './scoped.js'
import { resolver, type VerifierSource } from './source.js'
import { createSteppedUp } from './stepped-up.js'

/**
 * Everything for one API, bound to one verifier, its scopes and its claims: a misspelt scope does not compile.
 *
 * @param source a verifier or its options. Default: `AUTH_ISSUER` and `AUTH_AUDIENCE` from the environment, read at the
 * first request.
 * @throws TypeError for wrong options; at the first request for a wrong environment.
 * @example
 * const auth = createTrpcAuth(verifier)
 * const t = initTRPC.context<MyContext & AuthContext<TokenOf<typeof verifier>>>().create({ errorFormatter: auth.errorFormatter })
 * const protectedProcedure = t.procedure.concat(auth.plugin)
 * const listAccounts = t.procedure.concat(auth.scoped('accounts:read')).query(({ ctx }) => ctx.token.subject)
 */
export function createTrpcAuth<S extends string = string, C extends object = UnknownClaims>(
  source?: VerifierSource<S, C>,
) {
  const resolve = resolver(source)
  const checks: Checks<S, C> = {
    recheck: (token) => resolve().recheck(token),
    authorize: (token, policy) => resolve().authorize(token, policy),
    stepUp: (token, requirement) => resolve().stepUp(token, requirement),
  }
  const plugin = createPlugin<S, C>(checks)
  return {
    createContext: contextOf(resolve),
    plugin,
    protectedProcedure: plugin,
    scoped: (policy: Policy<S>, ...more: Policy<S>[]) =>
      createScoped<S, C>(checks, [policy, ...more], source?.scopes?.has),
    steppedUp: (requirement: StepUp) => createSteppedUp<S, C>(checks, requirement),
    responseMeta,
    errorFormatter: authErrorFormatter,
  }
}
