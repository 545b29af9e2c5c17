import { authPlugin } from './plugin.js'

/**
 * A procedure that needs a valid access token, for routers whose context holds nothing but what `createAuthContext`
 * makes. For a context and a `t` of your own: `t.procedure.concat(authPlugin())`.
 *
 * @example
 * const router = initTRPC.context<AuthContext>().create().router({
 *   me: protectedProcedure.query(({ ctx }) => ctx.token.subject),
 * })
 */
export const protectedProcedure = authPlugin()
