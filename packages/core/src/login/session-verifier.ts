import type { RequestContext } from '../runtime.js'
import type { RequestLike } from '../verifier/request.js'
import type { AccessToken } from '../verifier/token-types.js'
import type { AuthenticateOptions, Verifier } from '../verifier/types.js'

/** Authenticates a request by its token or its session, with this verifier. */
export type AuthenticateBy<S extends string, C extends object> = (
  verifier: Verifier<S, C>,
  request: RequestLike,
  options: AuthenticateOptions<S> | undefined,
) => Promise<AccessToken<S, C>>

/** A verifier to which a session is as good as a token in the request. In all else it is the one it is made of. */
export function sessionVerifier<S extends string, C extends object>(
  verifier: Verifier<S, C>,
  authenticate: AuthenticateBy<S, C>,
): Verifier<S, C> {
  return Object.freeze({
    ...verifier,
    authenticate: (request: RequestLike, options?: AuthenticateOptions<S>) => authenticate(verifier, request, options),
    within: (context: RequestContext) => sessionVerifier(verifier.within(context), authenticate),
  })
}
