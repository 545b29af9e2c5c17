import type { IncomingMessage } from 'node:http'
import { BearerError, type HttpAnswer, type Verifier } from '@auth/core'
import { type AccountsStore, InvalidInput, isResource, type Logger, type Resource, type Scope } from 'accounts'
import { BadBody, json, readJson } from './http.js'

/** What requests are answered from. */
export interface Api {
  readonly verifier: Verifier<Scope>
  readonly store: AccountsStore
  readonly logger: Logger
}

/** Answers one request, whatever comes of it. */
export async function handle(request: IncomingMessage, api: Api): Promise<HttpAnswer> {
  try {
    return await route(request, api)
  } catch (error) {
    if (error instanceof BearerError) return error.answer
    if (error instanceof InvalidInput) return json(400, { message: error.message })
    if (error instanceof BadBody) return json(error.status, { message: error.message })
    api.logger.error(error)
    return json(500, { message: 'Internal Server Error' })
  }
}

async function route(request: IncomingMessage, api: Api): Promise<HttpAnswer> {
  const [path = ''] = (request.url ?? '').split('?', 1)
  const [, name = '', id, ...rest] = path.split('/')
  const { method } = request
  if (method === 'GET' && path === '/health') return json(200, { status: 'ok' })
  if (method === 'GET' && path === '/ready') return readiness(api)
  if (isResource(name) && rest.length === 0) {
    if (method === 'GET') return id === undefined ? list(request, name, api) : get(request, name, id, api)
    if (method === 'POST' && id === undefined) return create(request, name, api)
  }
  return notFound
}

/** Without the issuer's keys each request would be answered 503. */
function readiness({ verifier }: Api): HttpAnswer {
  return verifier.status().ready ? json(200, { status: 'ready' }) : json(503, { status: 'not ready' })
}

const notFound = json(404, { message: 'Not Found' })

async function list(request: IncomingMessage, resource: Resource, { verifier, store }: Api): Promise<HttpAnswer> {
  await verifier.authenticate(request, { scopes: `${resource}:read` })
  return json(200, store.list(resource))
}

async function get(
  request: IncomingMessage,
  resource: Resource,
  id: string,
  { verifier, store }: Api,
): Promise<HttpAnswer> {
  await verifier.authenticate(request, { scopes: `${resource}:read` })
  const entity = store.get(resource, id)
  return entity === undefined ? notFound : json(200, entity)
}

async function create(request: IncomingMessage, resource: Resource, { verifier, store }: Api): Promise<HttpAnswer> {
  await verifier.authenticate(request, { scopes: `${resource}:write` })
  return json(201, store.create(resource, await readJson(request)))
}
