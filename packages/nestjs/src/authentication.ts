import { type AccessToken, type AnyVerifier, BearerError } from '@auth/core'
import type { ExecutionContext } from '@nestjs/common'
import { type Beside, createBeside } from './beside.js'
import type { Arrival } from './transport.js'

/** Who is behind a call; without a token: nobody in particular, whom `@OptionalAuth()` lets pass. */
export interface Authentication {
  readonly verifier: AnyVerifier
  readonly token: AccessToken<string, object> | undefined
}

/** A token that is being looked at, or was: a message may come before the handshake of its socket is through. */
interface Attempt {
  readonly verifier: AnyVerifier
  readonly token: Promise<AccessToken<string, object>>
}

/** Keyed by what brought the token: it is gone with that, and no two requests can meet in it. */
const attempts: Beside<Attempt> = createBeside()

/** What was found out about each call, for `@Token()`. */
const calls: Beside<Authentication> = createBeside()

/**
 * Authenticates what brought a token, once however many guards ask, as long as they ask for the same verifier. What
 * outlives a request, a socket for instance, is refused as soon as its token has expired.
 *
 * @throws BearerError
 */
export function authenticateOnce(verifier: AnyVerifier, arrival: Arrival): Promise<AccessToken<string, object>> {
  const known = attempts.get(arrival.carrier)
  // Not `async`: every request would wait for one promise more.
  return known?.verifier === verifier ? lookAgain(known) : look(verifier, arrival)
}

async function lookAgain({ verifier, token }: Attempt): Promise<AccessToken<string, object>> {
  const known = await token
  verifier.recheck(known)
  return known
}

function look(verifier: AnyVerifier, { carrier, request, accepted }: Arrival): Promise<AccessToken<string, object>> {
  const found = verifier.authenticate(request)
  const token = accepted === undefined ? found : telling(accepted, found)
  const attempt = { verifier, token }
  attempts.set(carrier, attempt)
  // What could not be judged now may be later.
  token.catch(() => {
    if (attempts.get(carrier) === attempt) attempts.set(carrier, undefined)
  })
  return token
}

async function telling<T>(accepted: (token: T) => void, found: Promise<T>): Promise<T> {
  const token = await found
  accepted(token)
  return token
}

/** As {@link authenticateOnce}, but what brought no token passes. A bad token does not. */
export async function authenticateIfSent(
  verifier: AnyVerifier,
  arrival: Arrival,
): Promise<AccessToken<string, object> | undefined> {
  try {
    return await authenticateOnce(verifier, arrival)
  } catch (error) {
    if (error instanceof BearerError && error.code === 'missing_token') return undefined
    throw error
  }
}

/** Notes what a guard found out about a call. */
export function settle(context: ExecutionContext, authentication: Authentication): void {
  const call = callOf(context)
  if (call !== undefined) calls.set(call, authentication)
}

/** What a guard found out about this call; undefined when none looked. */
export function authenticationOf(context: ExecutionContext): Authentication | undefined {
  const call = callOf(context)
  return call === undefined ? undefined : calls.get(call)
}

/**
 * What stands for one call in contexts of every kind, and is the same for guards and parameters: the last argument that is
 * an object, be it a response, the context of a message or the info of a resolver.
 */
export function callOf(context: ExecutionContext): object | undefined {
  return context.getArgs().findLast((argument: unknown) => typeof argument === 'object' && argument !== null)
}
