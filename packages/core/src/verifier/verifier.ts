import type { AuthScheme } from '../challenge.js'
import { BearerError, type BearerErrorCode, type BearerErrorInit, type StepUp } from '../errors.js'
import { isPromise } from '../is-promise.js'
import type { RequestContext } from '../runtime.js'
import { checkPolicy, missingScopes, type Policy } from '../scopes/policy.js'
import { createAcceptance } from './acceptance.js'
import type { Accepted } from './accepted.js'
import { type Bearer, type Home, originOf } from './access-token.js'
import { prove } from './binding.js'
import { type Clock, isExpired } from './claims.js'
import { isDpopBound } from './confirmation.js'
import { isRequest, readCredentials, tokenText } from './header.js'
import { statusOf, warmUp } from './key-status.js'
import { readOptions } from './options.js'
import type { Presented } from './presented.js'
import { Refusal } from './refusal.js'
import type { RequestLike } from './request.js'
import { commonScope, type RequestScope, requestScope } from './request-scope.js'
import { checkStepUp, stepUpNeeded } from './step-up.js'
import type { AccessToken, UnknownClaims } from './token-types.js'
import type { AuthenticateOptions, Verifier, VerifierOptions, VerifyOptions } from './types.js'

const noWishes: AuthenticateOptions<never> = {}

/**
 * Creates a verifier of access tokens for one API: JWTs (RFC 9068, RFC 8725) of any number of issuers, and the opaque
 * tokens of at most one (RFC 7662).
 *
 * The keys of an issuer are found and kept by themselves; a verifier is created once and shared.
 *
 * @param options.issuer the authorization server, compared with `iss` exactly. Or `issuers`, a list.
 * @param options.audience who this API is: one of these must be in `aud`.
 * @param options.jwks the issuer's keys, or their URL. Default: found through the issuer's metadata (RFC 8414).
 * @param options.clockTolerance seconds by which clocks may differ. Default: 30.
 * @throws TypeError when an option is missing, wrong or unknown.
 * @example
 * const verifier = createVerifier({ issuer: 'https://as.example.com', audience: 'https://api.example.com' })
 * const token = await verifier.authenticate(request, { scopes: 'accounts:read' })
 */
export function createVerifier<S extends string = string, C extends object = UnknownClaims>(
  options: VerifierOptions<S, C>,
): Verifier<S, C> {
  const settings = readOptions(options)
  const { catalogue, challenge, checkRevocation, dpop, emit, fetched, knows, now, resource, tolerance } = settings

  const clock = (): Clock => {
    try {
      return { now: now() / 1000, tolerance }
    } catch (error) {
      throw refusalOf(error)
    }
  }

  const home: Home = {
    clock,
    knows,
    recheck: (token) => {
      if (isExpired(token.expiresAt, clock()))
        throw refuseLater(token, 'invalid_token', 'it has expired since it was verified')
    },
    authorize: (token, policy) => {
      const scope = missingScopes(checkPolicy(policy, knows), token.scopes)
      home.recheck(token)
      if (scope.length > 0) throw refuseLater(token, 'insufficient_scope', `it lacks ${scope.join(' ')}`, { scope })
    },
    stepUp: (token, stepUp) => {
      checkStepUp(stepUp)
      home.recheck(token)
      const why = stepUpNeeded(originOf(token).claims, stepUp, clock())
      if (why !== undefined) throw refuseLater(token, 'insufficient_user_authentication', why, { stepUp })
    },
  }
  const accept = createAcceptance(settings, home)

  function refuse(why: BearerErrorInit): BearerError {
    emit({ type: 'token_refused', code: why.code, reason: why.reason })
    return new BearerError({ ...why, ...challenge })
  }

  /** A bound token is sent under one scheme only, so what is said about it later belongs there, too. */
  function refuseLater(
    token: Bearer,
    code: BearerErrorCode,
    reason: string,
    wanted?: Pick<BearerErrorInit, 'scope' | 'stepUp'>,
  ): BearerError {
    return refuse({ code, reason, scheme: isDpopBound(originOf(token).claims) ? 'DPoP' : 'Bearer', ...wanted })
  }

  /** The one way out for whatever was thrown: raw errors may hold a token. */
  function refusalOf(error: unknown, signal?: AbortSignal, scheme?: AuthScheme): unknown {
    if (error instanceof Refusal) return refuse({ ...error, reason: error.message, scheme })
    if (signal?.aborted === true && error === signal.reason) return error
    emit({ type: 'internal_error', name: error instanceof Error ? error.name : typeof error })
    return refuse({ code: 'temporarily_unavailable', reason: 'something failed inside', retryAfter: 1 })
  }

  /** @throws TypeError for a token of another verifier. */
  function homeOf(token: object): Home {
    if (originOf(token).home === home) return home
    throw new TypeError('the access token comes from another verifier')
  }

  /** What is to be checked: the token of a request, or one by itself. @throws Refusal */
  function present(token: unknown, request: RequestLike | undefined, how: AuthenticateOptions<S>): Presented {
    if (request === undefined) return { scheme: 'Bearer', text: tokenText(token) }
    const { scheme, text } = readCredentials(request, dpop !== undefined)
    return { scheme, text, request, certificate: how.certificate }
  }

  /** Answers at once unless something has to be waited for: a key, a schema, a proof, a denylist. */
  function check(
    sent: unknown,
    request: RequestLike | undefined,
    scope: RequestScope,
    how: AuthenticateOptions<S> = noWishes,
  ): Promise<AccessToken<S, C>> {
    try {
      const { scopes: policy, stepUp } = how
      if (policy !== undefined) checkPolicy(policy, knows)
      if (stepUp !== undefined) checkStepUp(stepUp)
      const accepted = admit(sent, request, scope, how)
      return isPromise(accepted)
        ? accepted.then((late) => conclude(late, policy, stepUp))
        : Promise.resolve(conclude(accepted, policy, stepUp))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Everything but what this caller asks for. @throws BearerError, or the signal's reason */
  function admit(
    sent: unknown,
    request: RequestLike | undefined,
    scope: RequestScope,
    how: AuthenticateOptions<S>,
  ): Accepted<S, C> | Promise<Accepted<S, C>> {
    const { signal } = how
    let scheme: AuthScheme | undefined
    try {
      signal?.throwIfAborted()
      const presented = present(sent, request, how)
      scheme = presented.scheme
      const accepted = accept(presented.text, request !== undefined, { scope, signal })
      if (isPromise(accepted) || accepted.confirmation !== undefined || checkRevocation !== undefined)
        return admitLater(accepted, presented, signal)
      dpop?.checkUnbound(presented)
      return accepted
    } catch (error) {
      throw refusalOf(error, signal, scheme)
    }
  }

  /** With what may take its time; then it must not have expired meanwhile. @throws as `admit` */
  async function admitLater(
    found: Accepted<S, C> | Promise<Accepted<S, C>>,
    presented: Presented,
    signal: AbortSignal | undefined,
  ): Promise<Accepted<S, C>> {
    let accepted: Accepted<S, C>
    let waited = false
    try {
      accepted = await found
      const { confirmation } = accepted
      if (confirmation?.jkt === undefined) dpop?.checkUnbound(presented)
      const consume = confirmation && (await prove(confirmation, presented, settings, signal))
      const revocation = checkRevocation?.(accepted, signal)
      if (revocation !== undefined) await revocation
      if (consume !== undefined) await consume(signal)
      waited = confirmation !== undefined || revocation !== undefined
    } catch (error) {
      throw refusalOf(error, signal, presented.scheme)
    }
    if (waited) home.recheck(accepted.token)
    return accepted
  }

  function conclude(
    { token, remembered }: Accepted<S, C>,
    policy: Policy<S> | undefined,
    stepUp: StepUp | undefined,
  ): AccessToken<S, C> {
    if (policy !== undefined) home.authorize(token, policy)
    if (stepUp !== undefined) home.stepUp(token, stepUp)
    emit({ type: 'token_accepted', issuer: token.issuer, remembered })
    return token
  }

  const viewOf = (scope: RequestScope): Verifier<S, C> =>
    Object.freeze({
      verify: (token: string, how?: VerifyOptions<S>) => check(token, undefined, scope, how),
      authenticate: (request: RequestLike, how?: AuthenticateOptions<S>) =>
        isRequest(request)
          ? check(undefined, request, scope, how)
          : Promise.reject(new TypeError('authenticate takes a Request or a node:http request, which has headers')),
      authorize: (token: AccessToken<S, C>, policy: Policy<S>) => homeOf(token).authorize(token, policy),
      recheck: (token: AccessToken<S, C>) => homeOf(token).recheck(token),
      stepUp: (token: AccessToken<S, C>, requirement: StepUp) => homeOf(token).stepUp(token, requirement),
      warmUp: ({ signal }: Pick<VerifyOptions<S>, 'signal'> = {}) => warmUp(fetched(), { scope, signal }),
      status: () => statusOf(fetched()),
      within: (context: RequestContext) => viewOf(requestScope(context)),
      metadata: (more?: Readonly<Record<string, unknown>>) => {
        if (resource !== undefined) return resource.describe(settings, more)
        throw new TypeError("metadata needs the option resource: protectedResource('https://api.example.com')")
      },
      scopes: catalogue,
    })
  return viewOf(commonScope())
}
