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

/** What is known of one request. */
interface Known {
  /** Who is behind it at this moment; undefined when nothing has looked for a token. */
  latest: Authentication | undefined
  /** What each verifier has accepted: a proof of possession is good once. */
  readonly accepted: (Authentication & { readonly token: object })[]
}

/**
 * A variable that only this file can name: whoever sets `token` has authenticated nobody. No WeakMap of contexts, for
 * one more entry at each request takes longer than to recognise its token.
 */
const noted: unique symbol = Symbol('@auth/hono')

type Noting = Context<{ Variables: { [noted]?: Known } }>

/**
 * Authenticates a request, once for each verifier, however many middlewares ask.
 *
 * @throws BearerError
 */
export async function authenticate(c: Context, verifier: Gate, certificateOf?: CertificateOf): Promise<object> {
  const known = knownOf(c)
  const earlier = known.accepted.find((each) => each.verifier === verifier)
  if (earlier !== undefined) return settle(c, known, earlier)
  const token = await viewOf(c, verifier).authenticate(c.req.raw, { certificate: certificateOf?.(c) })
  const authentication = { verifier, token }
  known.accepted.push(authentication)
  return settle(c, known, authentication)
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
    if (error instanceof BearerError && error.code === 'missing_token') {
      return settle(c, knownOf(c), { verifier, token: undefined })
    }
    throw error
  }
}

/** Notes that a request passed without a token of this verifier, unless something is known of it already. */
export function passWithoutToken(c: Context, verifier: Gate): void {
  const known = knownOf(c)
  if (known.latest === undefined) settle(c, known, { verifier, token: undefined })
}

/** Who is behind a request, as far as it is known by now; undefined when nothing has looked for a token. */
export function authenticationOf(c: Context): Authentication | undefined {
  return notedOf(c)?.latest
}

/** Takes down who is behind a request at this moment; the function that is returned brings that back. */
export function bookmark(c: Context): () => void {
  const known = knownOf(c)
  const { latest } = known
  const variable: unknown = c.get('token')
  return () => {
    known.latest = latest
    c.set('token', variable)
  }
}

function notedOf(c: Noting): Known | undefined {
  return c.get(noted)
}

function knownOf(c: Noting): Known {
  const known = notedOf(c)
  if (known !== undefined) return known
  const made: Known = { latest: undefined, accepted: [] }
  c.set(noted, made)
  return made
}

function settle<A extends Authentication>(c: Context, known: Known, authentication: A): A['token'] {
  known.latest = authentication
  c.set('token', authentication.token)
  return authentication.token
}

/** In Workers no request may wait for the promise of another, and keys are refreshed behind the answer. */
function viewOf(c: Context, verifier: Gate): Gate {
  if (globalThis.navigator?.userAgent !== 'Cloudflare-Workers') return verifier
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
