import type { AccessToken, OpenApiSecurity, Policy } from '@auth/core'
import type { MiddlewareHandler } from 'hono'
import type { AuthEnv } from './bearer.js'
import type { HonoAuth } from './hono-auth.js'

/** What `createRoute` of `@hono/zod-openapi` takes: what the document says, and what enforces it. */
export interface SecuredRoute<T> {
  readonly security: Record<string, string[]>[]
  readonly middleware: MiddlewareHandler<AuthEnv<T>>
}

/**
 * Secures routes of `@hono/zod-openapi` by one policy each, for the document and for the requests, so that the two
 * cannot differ.
 *
 * @param described what `scopes.toOpenApi(…)` says; its `securitySchemes` belong into the document.
 * @returns takes a policy, or none for any valid token. It throws a TypeError as `auth.requireScopes` does.
 * @example
 * const secured = securedRoutes(auth, scopes.toOpenApi({ type: 'http' }))
 * const route = createRoute({ method: 'get', path: '/accounts', ...secured('accounts:read'), responses: {} })
 */
export function securedRoutes<S extends string, C extends object>(
  auth: HonoAuth<S, C>,
  described: OpenApiSecurity<S>,
): (policy?: Policy<S>) => SecuredRoute<AccessToken<S, C>> {
  return (policy) => ({
    security: described.security(policy).map(mutable),
    middleware: policy === undefined ? auth.bearer() : auth.requireScopes(policy),
  })
}

function mutable(way: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(way).map(([name, needed]) => [name, [...needed]]))
}
