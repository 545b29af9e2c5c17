import type { AuthScheme } from '../challenge.js'
import { BearerError, type BearerErrorInit, type StepUp } from '../errors.js'
import type { RequestContext } from '../runtime.js'
import { checkPolicy, missingScopes, type Policy } from '../scopes/policy.js'
import { isPromise } from '../whenever.js'
import { createAcceptance } from './acceptance.js'
import type { Accepted } from './accepted.js'
import { type Bearer, Home, homeOf, sentClaims } from './access-token.js'
import { createBinding, type Presented } from './binding.js'
import { type Clock, isExpired, remaining } from './claims.js'
import { isDpopBound } from './confirmation.js'
import { isRequest, noRequest, readCredentials, tokenText } from './header.js'
import { statusOf, warmUp } from './key-status.js'
import { readOptions } from './options.js'
import { invalidToken, Refusal, unavailable } from './refusal.js'
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
  const { binding, catalogue, challenge, checkRevocation, emit, issuers, keys, now, resource, tolerance } = settings
  const schemes = new Map<string, AuthScheme>([['bearer', 'Bearer']])
  if (binding.dpop !== undefined) schemes.set('dpop', 'DPoP')

  const known = catalogue === undefined ? undefined : (scope: string): boolean => catalogue.has(scope)
  const missing = (token: Bearer, policy: Policy): readonly string[] =>
    missingScopes(policy, (scope) => token.scopes.includes(scope))
  const clock = (): Clock => {
    try {
      return { now: now() / 1000, tolerance }
    } catch (error) {
      throw refusalOf(error)
    }
  }
  const hasExpired = (token: Bearer): boolean => isExpired(token.expiresAt, clock())
  /** A bound token is sent under one scheme only, so what is said about it later belongs there, too. */
  const schemeOf = (token: Bearer): AuthScheme => (isDpopBound(sentClaims(token)) ? 'DPoP' : 'Bearer')

  const recheck = (token: Bearer): void => {
    if (!hasExpired(token)) return
    throw refuse(invalidToken('it has expired since it was verified'), { scheme: schemeOf(token) })
  }

  const home = new Home({
    recheck,
    remaining: ({ expiresAt }) => remaining(expiresAt, clock()),
    allows: (token, policy) => missing(token, checkPolicy(policy, known)).length === 0 && !hasExpired(token),
    authorize: (token, policy) => {
      const scope = missing(token, checkPolicy(policy, known))
      recheck(token)
      if (scope.length === 0) return
      const refusal = new Refusal('insufficient_scope', `it lacks ${scope.join(' ')}`)
      throw refuse(refusal, { scheme: schemeOf(token), scope })
    },
    stepUp: (token, stepUp) => {
      checkStepUp(stepUp)
      recheck(token)
      const why = stepUpNeeded(sentClaims(token), stepUp, clock())
      if (why === undefined) return
      const refusal = new Refusal('insufficient_user_authentication', why)
      throw refuse(refusal, { scheme: schemeOf(token), stepUp })
    },
  })
  const accept = createAcceptance(settings, home)
  const checkBinding = createBinding(binding)

  function refuse({ code, message, retryAfter, dpopNonce }: Refusal, more: Partial<BearerErrorInit> = {}): BearerError {
    emit({ type: 'token_refused', code, reason: message })
    return new BearerError({ code, reason: message, retryAfter, dpopNonce, ...challenge, ...more })
  }

  /** The one way out for whatever was thrown: raw errors may hold a token. */
  function refusalOf(error: unknown, signal?: AbortSignal, scheme?: AuthScheme): unknown {
    if (error instanceof Refusal) return refuse(error, { scheme })
    if (signal?.aborted === true && error === signal.reason) return error
    emit({ type: 'internal_error', name: error instanceof Error ? error.name : typeof error })
    return refuse(unavailable('something failed inside', 1))
  }

  function requireOwn(token: object): void {
    if (homeOf(token) !== home) throw new TypeError('the access token comes from another verifier')
  }

  /** What is to be checked: the token of a request, or one by itself. @throws Refusal */
  function present(token: unknown, request: RequestLike | undefined, how: AuthenticateOptions<S>): Presented {
    if (request === undefined) return { scheme: 'Bearer', text: tokenText(token) }
    const { scheme, text } = readCredentials(request, schemes)
    return { scheme, text, request, certificate: how.certificate }
  }

  /** A remembered token is answered without waiting for anything, unless a denylist or a proof has to. */
  async function check(
    sent: unknown,
    request: RequestLike | undefined,
    scope: RequestScope,
    how: AuthenticateOptions<S> = noWishes,
  ): Promise<AccessToken<S, C>> {
    const { signal } = how
    const policy = how.scopes === undefined ? undefined : checkPolicy(how.scopes, known)
    const stepUp = how.stepUp === undefined ? undefined : checkStepUp(how.stepUp)
    let scheme: AuthScheme | undefined
    let accepted: Accepted<S, C>
    let waited = false
    try {
      signal?.throwIfAborted()
      const presented = present(sent, request, how)
      scheme = presented.scheme
      const found = accept(presented.text, request !== undefined, { scope, signal })
      accepted = isPromise(found) ? await found : found
      const proof = checkBinding(accepted.confirmation, presented, signal)
      const consume = proof === undefined ? undefined : await proof
      const revocation = checkRevocation?.(accepted, signal)
      if (revocation !== undefined) await revocation
      if (consume !== undefined) await consume(signal)
      waited = proof !== undefined || revocation !== undefined
    } catch (error) {
      throw refusalOf(error, signal, scheme)
    }
    const { token, remembered } = accepted
    if (waited) home.recheck(token)
    if (policy !== undefined) home.authorize(token, policy)
    if (stepUp !== undefined) home.stepUp(token, stepUp)
    emit({ type: 'token_accepted', issuer: token.issuer, remembered })
    return token
  }

  const viewOf = (scope: RequestScope): Verifier<S, C> =>
    Object.freeze({
      verify: (token: string, how?: VerifyOptions<S>) => check(token, undefined, scope, how),
      authenticate: (request: RequestLike, how?: AuthenticateOptions<S>) =>
        isRequest(request) ? check(undefined, request, scope, how) : Promise.reject(noRequest()),
      authorize: (token: AccessToken<S, C>, policy: Policy<S>) => {
        requireOwn(token)
        home.authorize(token, policy)
      },
      recheck: (token: AccessToken<S, C>) => {
        requireOwn(token)
        home.recheck(token)
      },
      stepUp: (token: AccessToken<S, C>, requirement: StepUp) => {
        requireOwn(token)
        home.stepUp(token, requirement)
      },
      warmUp: ({ signal }: Pick<VerifyOptions<S>, 'signal'> = {}) => warmUp(keys.all(), { scope, signal }),
      status: () => statusOf(keys.all()),
      within: (context: RequestContext) => viewOf(requestScope(context)),
      metadata: (more?: Readonly<Record<string, unknown>>) => {
        if (resource === undefined)
          throw new TypeError("metadata needs the option resource: protectedResource('https://api.example.com')")
        const { dpop, mtls } = binding
        const facts = { issuers: issuers.names, scopes: catalogue?.names, dpop, certificates: mtls !== undefined }
        return resource.describe(facts, more)
      },
      scopes: catalogue,
    })
  return viewOf(commonScope())
}
