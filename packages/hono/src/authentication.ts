import {
  type AuthenticateOptions,
  BearerError,
  type ClientCertificate,
  type Policy,
  type RequestContext,
  type ResourceMetadata,
  type StepUp,
} from '@auth/core'
import type { Context } from 'hono'
import { getRuntimeKey } from 'hono/adapter'

/** What is needed of a verifier here, whatever its scopes and claims: methods compare their parameters both ways. */
export interface Gate {
  authenticate(request: Request, options?: AuthenticateOptions<never>): Promise<object>
  authorize(token: object, policy: Policy): void
  stepUp(token: object, requirement: StepUp): void
  within(context: RequestContext): Gate
  metadata(more?: Readonly<Record<string, unknown>>): ResourceMetadata
}

/** Where a request's client has its certificate: a fetch `Request` does not show its connection. */
export type CertificateOf = (c: Context) => ClientCertificate | undefined

/** Who is behind a request; without a token: nobody in particular, whom optional authentication lets pass. */
export interface Authentication {
  readonly verifier: Gate
  readonly token: object | undefined
}

/** Beside the context, not in its variables: whoever sets `token` there has authenticated nobody. */
const authentications = new WeakMap<Context, Authentication>()

/** What each verifier has accepted for a request: a proof of possession is good once. */
const accepted = new WeakMap<Context, Map<Gate, object>>()

/**
 * Authenticates a request, once for each verifier, however many middlewares ask.
 *
 * @throws BearerError
 */
export async function authenticate(c: Context, verifier: Gate, certificateOf?: CertificateOf): Promise<object> {
  const known = accepted.get(c) ?? new Map<Gate, object>()
  accepted.set(c, known)
  const token =
    known.get(verifier) ?? (await viewOf(c, verifier).authenticate(c.req.raw, { certificate: certificateOf?.(c) }))
  known.set(verifier, token)
  return settle(c, verifier, token)
}

/** As {@link authenticate}, but a request without a token passes. One with a bad token does not. */
export async function authenticateIfSent(
  c: Context,
  verifier: Gate,
  certificateOf?: CertificateOf,
): Promise<object | undefined> {
  try {
    return await authenticate(c, verifier, certificateOf)
  } catch (error) {
    if (error instanceof BearerError && error.code === 'missing_token') return settle(c, verifier, undefined)
    throw error
  }
}

/** Notes that a request passed without a token of this verifier, unless something is known of it already. */
export function passWithoutToken(c: Context, verifier: Gate): void {
  if (!authentications.has(c)) settle(c, verifier, undefined)
}

/** Who is behind a request, as far as it is known by now; undefined when nothing has looked for a token. */
export function authenticationOf(c: Context): Authentication | undefined {
  return authentications.get(c)
}

/** Takes down who is behind a request at this moment; the function that is returned brings that back. */
export function bookmark(c: Context): () => void {
  const known = authentications.get(c)
  const variable: unknown = c.get('token')
  return () => {
    if (known === undefined) authentications.delete(c)
    else authentications.set(c, known)
    c.set('token', variable)
  }
}

function settle<T extends object | undefined>(c: Context, verifier: Gate, token: T): T {
  authentications.set(c, { verifier, token })
  c.set('token', token)
  return token
}

/** In Workers no request may wait for the promise of another, and keys are refreshed behind the answer. */
function viewOf(c: Context, verifier: Gate): Gate {
  if (getRuntimeKey() !== 'workerd') return verifier
  const context = executionContextOf(c)
  return context === undefined ? verifier : verifier.within(context)
}

/** Hono throws where the application was called without one. */
function executionContextOf(c: Context): RequestContext | undefined {
  try {
    return c.executionCtx
  } catch {
    return undefined
  }
}
