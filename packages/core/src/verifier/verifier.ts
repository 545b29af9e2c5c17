import { BearerError } from '../errors.js'
import { checkPolicy, missingScopes, type Policy } from '../scopes/policy.js'
import { type Accepted, createAcceptance } from './acceptance.js'
import { type Bearer, Home, homeOf } from './access-token.js'
import { isExpired } from './claims.js'
import { bearerToken, checkTokenText, isRequest, noRequest } from './header.js'
import { readOptions } from './options.js'
import { Refusal } from './refusal.js'
import type { AccessToken, RequestLike, UnknownClaims, Verifier, VerifierOptions, VerifyOptions } from './types.js'

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
  const { catalogue, challenge, checkRevocation, emit, now, tolerance } = settings

  const known = catalogue === undefined ? undefined : (scope: string): boolean => catalogue.has(scope)
  const missing = (token: Bearer, policy: Policy): readonly string[] =>
    missingScopes(policy, (scope) => token.scopes.includes(scope))
  const hasExpired = (token: Bearer): boolean => {
    try {
      return isExpired(token.expiresAt, { now: now() / 1000, tolerance })
    } catch (error) {
      throw refusalOf(error, undefined)
    }
  }

  const recheck = (token: Bearer): void => {
    if (hasExpired(token)) throw refuse(new Refusal('invalid_token', 'it has expired since it was verified'))
  }

  const home = new Home({
    recheck,
    allows: (token, policy) => missing(token, checkPolicy(policy, known)).length === 0 && !hasExpired(token),
    authorize: (token, policy) => {
      const scope = missing(token, checkPolicy(policy, known))
      recheck(token)
      if (scope.length > 0) throw refuse(new Refusal('insufficient_scope', `it lacks ${scope.join(' ')}`), scope)
    },
  })
  const { recall, accept } = createAcceptance(settings, home)

  function refuse({ code, message, retryAfter }: Refusal, scope?: readonly string[]): BearerError {
    emit({ type: 'token_refused', code, reason: message })
    return new BearerError({ code, reason: message, retryAfter, scope, ...challenge })
  }

  /** The one way out for whatever was thrown: raw errors may hold a token. */
  function refusalOf(error: unknown, signal: AbortSignal | undefined): unknown {
    if (error instanceof Refusal) return refuse(error)
    if (signal?.aborted === true && error === signal.reason) return error
    emit({ type: 'internal_error', name: error instanceof Error ? error.name : typeof error })
    return refuse(new Refusal('temporarily_unavailable', 'something failed inside', 1))
  }

  function requireOwn(token: object): void {
    if (homeOf(token) !== home) throw new TypeError('the access token comes from another verifier')
  }

  /** A remembered token is answered without waiting for anything, unless a denylist has to. */
  async function check<T>(
    input: T,
    textOf: (input: T) => string,
    { scopes, signal }: VerifyOptions<S> = {},
  ): Promise<AccessToken<S, C>> {
    const policy = scopes === undefined ? undefined : checkPolicy(scopes, known)
    let accepted: Accepted<S, C>
    try {
      signal?.throwIfAborted()
      const text = textOf(input)
      accepted = recall(text) ?? (await accept(text, signal))
      const revocation = checkRevocation?.(accepted, signal)
      if (revocation !== undefined) await revocation
    } catch (error) {
      throw refusalOf(error, signal)
    }
    const { token, remembered } = accepted
    if (policy !== undefined) home.authorize(token, policy)
    emit({ type: 'token_accepted', issuer: token.issuer, remembered })
    return token
  }

  return Object.freeze({
    verify: (token: string, how?: VerifyOptions<S>) => check(token, checkTokenText, how),
    authenticate: (request: RequestLike, how?: VerifyOptions<S>) =>
      isRequest(request) ? check(request, bearerToken, how) : Promise.reject(noRequest()),
    authorize: (token: AccessToken<S, C>, policy: Policy<S>) => {
      requireOwn(token)
      home.authorize(token, policy)
    },
    recheck: (token: AccessToken<S, C>) => {
      requireOwn(token)
      home.recheck(token)
    },
    scopes: catalogue,
  })
}
