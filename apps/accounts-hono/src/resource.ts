import type { AccessToken } from '@auth/core'
import type { SecuredRoute } from '@auth/hono'
import { createRoute, type Hook, OpenAPIHono, z } from '@hono/zod-openapi'
import {
  type AccountsStore,
  type Entity,
  type Inputs,
  InvalidInput,
  type Resource,
  type Scope,
  said,
  schemas,
} from 'accounts'
import { bodyLimit } from 'hono/body-limit'
import type { Env, MiddlewareHandler, ToSchema, TypedResponse } from 'hono/types'
import type { JSONParsed } from 'hono/utils/types'

/** More than any honest body here holds, in bytes. */
const longestBody = 64 * 1024

const limited = bodyLimit({
  maxSize: longestBody,
  onError: (c) => c.json({ message: 'The body is too long' }, 413),
})

const anyLogin: MiddlewareHandler = (_c, next) => next()

/** Secures a route of the document by a scope of the catalogue. */
export type Secured = (scope: Scope) => SecuredRoute<AccessToken<Scope>>

/**
 * The routes of one resource: its path and its two scopes bear the resource's name.
 *
 * @param writeLogin asks who creates one for a login of some kind; any by default.
 */
export function resourceApi<R extends Resource>(
  resource: R,
  secured: Secured,
  store: AccountsStore,
  writeLogin: MiddlewareHandler = anyLogin,
): OpenAPIHono<Env, ResourceRoutes<R>> {
  const { input, entity, list } = schemas[resource]
  const tags = [resource]
  const canRead = secured(`${resource}:read`)
  const canWrite = secured(`${resource}:write`)
  const all = createRoute({
    ...canRead,
    tags,
    operationId: `${resource}.list`,
    method: 'get',
    path: '/',
    responses: { 200: { description: 'All of them, the oldest first', ...json(list) } },
  })
  const one = createRoute({
    ...canRead,
    tags,
    operationId: `${resource}.get`,
    method: 'get',
    path: '/{id}',
    request: { params: z.object({ id: z.string() }) },
    responses: {
      200: { description: 'That one', ...json(entity) },
      404: { description: 'None has this id', ...json(said) },
    },
  })
  const create = createRoute({
    tags,
    operationId: `${resource}.create`,
    security: canWrite.security,
    middleware: [canWrite.middleware, writeLogin, limited],
    method: 'post',
    path: '/',
    request: { body: { required: true, ...json(input) } },
    responses: {
      201: { description: 'The new one', ...json(entity) },
      400: { description: 'It cannot be stored, and why', ...json(said) },
    },
  })
  return new OpenAPIHono({ defaultHook: refuse })
    .openapi(all, (c) => c.json(store.list(resource), 200))
    .openapi(one, (c) => {
      const found = store.get(resource, c.req.valid('param').id)
      return found === undefined ? c.json({ message: 'Not Found' }, 404) : c.json(found, 200)
    })
    .openapi(create, (c) => c.json(store.create(resource, c.req.valid('json')), 201))
}

/** What clients see of them. Inferred, it would be longer than TypeScript writes into a declaration. */
type ResourceRoutes<R extends Resource> = ToSchema<'get', '/', object, Json<readonly Entity<R>[], 200>> &
  ToSchema<'get', '/:id', Sent<'param', { id: string }>, Json<Entity<R>, 200> | Json<{ message: string }, 404>> &
  ToSchema<'post', '/', Sent<'json', Inputs[R]>, Json<Entity<R>, 201> | Json<{ message: string }, 400>>

type Json<T, S extends 200 | 201 | 400 | 404> = TypedResponse<JSONParsed<T>, S, 'json'>
type Sent<K extends string, T> = { in: Record<K, T>; out: Record<K, T> }

function json<S extends z.ZodType>(schema: S) {
  return { content: { 'application/json': { schema } } }
}

/** The store would say the same; this is only earlier. */
const refuse: Hook<unknown, Env, string, void> = (result) => {
  if (!result.success) throw InvalidInput.from(result.error.issues)
}
