import type { AccessToken, Policy, StepUp, UnknownClaims } from '@auth/core'
import type { MiddlewareHandler } from 'hono'
import { ownToken } from './accepted.js'
import { type AuthEnv, type BearerOptions, bearerMiddleware } from './bearer.js'
import { requiringScopes } from './require-scopes.js'
import { requiringStepUp } from './require-step-up.js'
import { type MoreMetadata, metadataMiddleware } from './resource-metadata.js'
import { resolver, type VerifierSource } from './source.js'

/** The middlewares of one API: a misspelt scope does not compile. */
export interface HonoAuth<S extends string = string, C extends object = UnknownClaims> {
  /** As the free `bearer`, with this verifier. */
  readonly bearer: BoundBearer<AccessToken<S, C>>
  /**
   * Lets a request pass whose valid token satisfies a policy. No `bearer()` is needed before it; with one, the token is
   * still verified once.
   *
   * @throws TypeError for an empty or malformed policy, or a scope that is not in the catalogue.
   */
  readonly requireScopes: (policy: Policy<S>, ...more: Policy<S>[]) => MiddlewareHandler<AuthEnv<AccessToken<S, C>>>
  /** As the free `requireStepUp`; no `bearer()` is needed before it. */
  readonly requireStepUp: (requirement: StepUp) => MiddlewareHandler<AuthEnv<AccessToken<S, C>>>
  /** As the free `resourceMetadata`, with this verifier. */
  readonly resourceMetadata: (more?: MoreMetadata) => MiddlewareHandler
}

/** What it sets depends on whether a token must be there. */
export interface BoundBearer<T> {
  (options?: BearerOptions & { readonly optional?: false | undefined }): MiddlewareHandler<AuthEnv<T>>
  (options: BearerOptions): MiddlewareHandler<AuthEnv<T | undefined>>
}

/**
 * The middlewares bound to one verifier, its scopes and its claims.
 *
 * @param source as for `bearer`.
 * @param options.certificate as for `bearer`, for every middleware.
 * @throws TypeError for wrong options; at the first request for those of a function or the environment.
 * @example
 * const auth = createHonoAuth(verifier)
 * const app = new Hono().get('/accounts', auth.requireScopes('accounts:read'), (c) => c.json(c.var.token.scopes))
 */
export function createHonoAuth<S extends string = string, C extends object = UnknownClaims>(
  source?: VerifierSource<S, C>,
  { certificate }: Pick<BearerOptions, 'certificate'> = {},
): HonoAuth<S, C> {
  const resolve = resolver(source)
  const known = typeof source === 'object' ? source.scopes?.has : undefined
  const own = ownToken(resolve, certificate)
  return {
    bearer: (options: BearerOptions = {}) =>
      bearerMiddleware(resolve, { ...options, certificate: options.certificate ?? certificate }),
    requireScopes: (policy, ...more) => requiringScopes(own, [policy, ...more], known),
    requireStepUp: (requirement) => requiringStepUp(own, requirement),
    resourceMetadata: (more) => metadataMiddleware(resolve, more),
  }
}
