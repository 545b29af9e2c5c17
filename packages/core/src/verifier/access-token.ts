import type { StepUp } from '../errors.js'
import type { JsonObject } from '../json.js'
import { checkPolicy, missingScopes, type Policy } from '../scopes/policy.js'
import { type Clock, isExpired } from './claims.js'
import type { AccessToken } from './token-types.js'

/** What a policy looks at. */
export type Bearer = Pick<AccessToken, 'scopes' | 'expiresAt'>

/** What a token's own verifier decides about it later. */
export interface Home {
  /** @throws BearerError */
  readonly authorize: (token: Bearer, policy: Policy) => void
  /** @throws BearerError */
  readonly recheck: (token: Bearer) => void
  /** @throws BearerError */
  readonly stepUp: (token: Bearer, stepUp: StepUp) => void
  /** @throws BearerError */
  readonly clock: () => Clock
  /** Whether the API has a scope. */
  readonly knows: (scope: string) => boolean
}

/** What a token is known by. */
class Origin {
  readonly home: Home
  /** As they were sent: a schema may have put others over them. */
  readonly claims: JsonObject

  constructor(home: Home, claims: JsonObject) {
    this.home = home
    this.claims = claims
  }
}

const origin = Symbol('origin')

/** Freezes a token and notes where it comes from, where neither a copy nor a listing shows it. */
export function settle<T extends object>(token: T, home: Home, claims: JsonObject): Readonly<T> {
  return Object.freeze(Object.defineProperty(token, origin, { value: new Origin(home, claims), enumerable: false }))
}

/** Whose a token is, and its claims as they were sent. @throws TypeError for a copy, or what is no token. */
export function originOf(token: unknown): Readonly<Origin> {
  const at: unknown = Object.getOwnPropertyDescriptor(Object(token), origin)?.value
  if (at instanceof Origin) return at
  throw new TypeError('not an access token a verifier returned: pass the very object, not a copy of it')
}

/**
 * Checks a token against a policy, with the realm and the catalogue of the verifier it came from.
 *
 * @throws BearerError `insufficient_scope` (403) naming what is missing, `invalid_token` when it has expired meanwhile.
 * @throws TypeError when the token is a copy, or the policy is none.
 * @example authorize(token, anyOf('accounts:read', 'accounts:write'))
 */
export function authorize<S extends string, C extends object>(
  token: AccessToken<S, C>,
  policy: Policy<NoInfer<S>>,
): void {
  originOf(token).home.authorize(token, policy)
}

/**
 * Whether a token satisfies a policy and has not expired.
 *
 * @throws TypeError when the token is a copy, or the policy is none.
 * @example if (allows(token, 'accounts:write')) showForm()
 */
export function allows<S extends string, C extends object>(
  token: AccessToken<S, C>,
  policy: Policy<NoInfer<S>>,
): boolean {
  const { clock, knows } = originOf(token).home
  return missingScopes(checkPolicy(policy, knows), token.scopes).length === 0 && !isExpired(token.expiresAt, clock())
}

/**
 * Checks again a token that was accepted before: that it has not expired meanwhile, by its own verifier's clock.
 *
 * @throws BearerError `invalid_token` when it has.
 * @throws TypeError when the token is a copy.
 * @example socket.on('message', () => recheck(token))
 */
export function recheck<S extends string, C extends object>(token: AccessToken<S, C>): void {
  originOf(token).home.recheck(token)
}

/**
 * Checks that a token's user logged in the way, or as lately, as this step asks for (RFC 9470).
 *
 * @param requirement `acrValues`, of which one must be the token's `acr`; `maxAge`, the seconds since its `auth_time`.
 * @throws BearerError `insufficient_user_authentication` (401), whose challenge tells the client what to ask for.
 * @throws TypeError when the token is a copy, or the requirement asks for nothing.
 * @example stepUp(token, { acrValues: ['urn:example:mfa'], maxAge: 300 })
 */
export function stepUp<S extends string, C extends object>(token: AccessToken<S, C>, requirement: StepUp): void {
  originOf(token).home.stepUp(token, requirement)
}
