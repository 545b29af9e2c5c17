import type { AccessToken, ClaimsSchema, Policy, ScopeCatalogue, UnknownClaims, Verifier } from '@auth/core'
import { applyDecorators } from '@nestjs/common'
import { OptionalAuth } from './optional-auth.decorator.js'
import { Public } from './public.decorator.js'
import { requireScopes } from './require-scopes.decorator.js'
import { RequireStepUp } from './require-step-up.decorator.js'
import { injectToken, type TokenDecorator } from './token.decorator.js'
import { UseVerifier } from './use-verifier.decorator.js'

/** What the decorators are to know: a verifier, its options, or the catalogue alone. */
export interface NestAuthTypes<S extends string, C extends object> {
  readonly scopes?: ScopeCatalogue<S> | undefined
  readonly claims?: ClaimsSchema<C> | undefined
}

/** Which verifier the decorators are for. */
export interface NestAuthOptions {
  /** Its name; without one, it is the verifier without a name. */
  readonly verifier?: string | undefined
}

/** The decorators of one API: a misspelt scope, or a parameter of the wrong type, does not compile. */
export interface NestAuth<S extends string = string, C extends object = UnknownClaims> {
  /** As the free `RequireScopes`, for the scopes of the catalogue. */
  readonly RequireScopes: (policy: Policy<S>, ...more: Policy<S>[]) => ClassDecorator & MethodDecorator
  readonly RequireStepUp: typeof RequireStepUp
  readonly Public: typeof Public
  readonly OptionalAuth: typeof OptionalAuth
  readonly Token: TokenDecorator<AccessToken<S, C>>
}

/**
 * The decorators bound to an API's scopes and claims. It only types and checks: which verifier runs is up to
 * `AuthModule`.
 *
 * @param types a verifier, its options, or `{ scopes, claims }`.
 * @param options.verifier the name of the verifier, where an API has several: the decorators then choose it, too.
 * @throws TypeError for anything else.
 * @example
 * export const { RequireScopes, Public, Token } = createNestAuth(verifier)
 */
export function createNestAuth<S extends string = string, C extends object = UnknownClaims>(
  types: Verifier<S, C> | NestAuthTypes<S, C>,
  { verifier }: NestAuthOptions = {},
): NestAuth<S, C> {
  checkTypes(types)
  const known = types.scopes?.has
  const choice = verifier === undefined ? [] : [UseVerifier(verifier)]
  return {
    RequireScopes: (policy, ...more) => applyDecorators(requireScopes([policy, ...more], known), ...choice),
    RequireStepUp: (requirement) => applyDecorators(RequireStepUp(requirement), ...choice),
    Public,
    OptionalAuth: () => applyDecorators(OptionalAuth(), ...choice),
    Token: (member?: keyof AccessToken<S, C>) => injectToken(member),
  }
}

/** For those who write JavaScript: without a catalogue no scope would be checked. */
function checkTypes(types: unknown): void {
  if (typeof types === 'object' && types !== null) return
  throw new TypeError(
    'createNestAuth takes a verifier, its options or { scopes, claims }: createNestAuth({ scopes: defineScopes({ … }) })',
  )
}
