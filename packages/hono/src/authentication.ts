import { type AuthenticateOptions, BearerError, type ClientCertificate, type Policy } from '@auth/core'
import type { Context } from 'hono'

/** What is needed of a verifier here, whatever its scopes and claims: methods compare their parameters both ways. */
export interface Gate {
  authenticate(request: Request, options?: AuthenticateOptions<never>): Promise<object>
  authorize(token: object, policy: Policy): void
}

/** Where a request's client has its certificate: a fetch `Request` does not show its connection. */
export type CertificateOf = (c: Context) => ClientCertificate | undefined

/** Who is behind a request; without a token: nobody in particular, whom optional authentication lets pass. */
interface Authentication {
  readonly verifier: Gate
  readonly token: object | undefined
}

/** Beside the context, not in its variables: whoever sets `token` there has authenticated nobody. */
const authentications = new WeakMap<Context, Authentication>()

/**
 * Authenticates a request, once however many middlewares ask, as long as they ask for the same verifier.
 *
 * @throws BearerError
 */
export async function authenticate(c: Context, verifier: Gate, certificateOf?: CertificateOf): Promise<object> {
  const known = authentications.get(c)
  const token = known?.verifier === verifier ? known.token : undefined
  return settle(c, verifier, token ?? (await verifier.authenticate(c.req.raw, { certificate: certificateOf?.(c) })))
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

/**
 * Checks the token that was accepted for this request against a policy.
 *
 * @throws BearerError; TypeError when nothing has looked for a token.
 */
export async function requirePolicy(c: Context, policy: Policy): Promise<void> {
  const known = authentications.get(c)
  if (known === undefined) {
    throw new TypeError(
      'requireScopes(…) runs without bearer() before it: add app.use(bearer()), or take it from createHonoAuth(…), where it authenticates by itself',
    )
  }
  const { verifier, token } = known
  // Where optional authentication found no token, the verifier is the one to say so.
  verifier.authorize(token ?? (await authenticate(c, verifier)), policy)
}

function settle<T extends object | undefined>(c: Context, verifier: Gate, token: T): T {
  authentications.set(c, { verifier, token })
  c.set('token', token)
  return token
}
