import type { UnknownClaims } from '@auth/core'
import type { MiddlewareHandler } from 'hono'
import { setFields } from './guard.js'
import { type Resolve, resolver, type VerifierSource } from './source.js'

const wellKnown = '/.well-known/oauth-protected-resource'

/** Members of the document besides those that the verifier knows: `{ resource_name: 'Accounts' }` for instance. */
export type MoreMetadata = Readonly<Record<string, unknown>>

/**
 * Serves the API's description (RFC 9728) where the challenges say it is, and lets every other request go on. Whoever
 * asks has no token yet: it belongs before `bearer()`, behind `cors()` where browsers ask.
 *
 * @param source as for `bearer`; its verifier needs the option `resource`.
 * @param more further members of the document, or others than those that are known.
 * @throws TypeError without `resource`; at the request when the verifier is only known there.
 * @example
 * app.use(resourceMetadata(verifier, { resource_name: 'Accounts' })).use(bearer(verifier))
 */
export function resourceMetadata<S extends string = string, C extends object = UnknownClaims>(
  source?: VerifierSource<S, C>,
  more?: MoreMetadata,
): MiddlewareHandler {
  return metadataMiddleware(resolver(source), more)
}

/** The same for a verifier that is used elsewhere too. */
export function metadataMiddleware(resolve: Resolve, more?: MoreMetadata): MiddlewareHandler {
  // A mistake shows at once where the verifier is known.
  resolve.verifier?.metadata(more)
  return async (c, next) => {
    if (!c.req.path.startsWith(wellKnown) || !/^(GET|HEAD)$/.test(c.req.method)) return await next()
    const { path, headers, body } = (await resolve(c)).metadata(more)
    if (c.req.path !== path) return await next()
    setFields(c, headers)
    return c.body(body)
  }
}
