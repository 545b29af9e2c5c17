import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Backend, Route } from './dialect.js'
import { type Faults, write, writeScripted } from './faults.js'
import { readRequest, type WireAnswer, type WireRequest } from './http.js'
import type { Endpoint, Recorder } from './recorder.js'
import { metadata, standardRoutes } from './standard.js'

/** What stands between the wire and one authorization server. */
export interface Front {
  readonly backend: Backend
  readonly recorder: Recorder
  readonly faults: Faults
  readonly routes: readonly Route[]
}

/** All that a doorway answers: its provider's paths and those every doorway has. */
export function routesOf(backend: Backend): readonly Route[] {
  return [...backend.dialect.routes(backend), ...standardRoutes(backend)]
}

/** RFC 8414 §3.1 puts the well-known part before the issuer's path. */
const insertedMetadata = /^\/\.well-known\/oauth-authorization-server\/(\w+)$/

type Handler = (message: IncomingMessage, response: ServerResponse) => void

/** Leads each request to its doorway: records it, lets it wait or fail as arranged, answers it. */
export function createFront(fronts: ReadonlyMap<string, Front>): Handler {
  return (message, response) => {
    respond(fronts, message, response).catch(() => {
      // A connection that broke off is the client's affair; a mistake of ours must not look like an answer of the provider's.
      if (response.headersSent) response.destroy()
      else write(response, { status: 500, headers: { 'content-type': 'text/plain' }, body: 'the test server failed' })
    })
  }
}

async function respond(
  fronts: ReadonlyMap<string, Front>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = message.url ?? '/'
  const inserted = insertedMetadata.exec(url)?.[1]
  const name = inserted ?? url.split(/[/?]/, 2)[1] ?? ''
  const front = fronts.get(name)
  const request = await readRequest(message, inserted === undefined ? `/${name}` : '')
  if (request === undefined) return write(response, { status: 413 })
  if (front === undefined) return write(response, { status: 404 })

  const { endpoint, answer } = inserted === undefined ? route(front, request) : insertedRoute(front, request)
  const answered = front.recorder.record(endpoint, url, request)
  await front.faults.passed(endpoint)
  const scripted = front.faults.take(endpoint)
  if (scripted !== undefined) {
    if (scripted.stream !== 'hang' && scripted.stream !== 'reset') answered(scripted.status ?? 200)
    return writeScripted(response, scripted)
  }
  const genuine = await answer()
  answered(genuine.status)
  write(response, genuine)
}

interface Routed {
  readonly endpoint: Endpoint
  readonly answer: () => Promise<WireAnswer>
}

function insertedRoute({ backend }: Front, request: WireRequest): Routed {
  const answer = async (): Promise<WireAnswer> => (request.method === 'GET' ? await metadata(backend) : { status: 405 })
  return { endpoint: 'metadata', answer }
}

function route({ backend, routes }: Front, request: WireRequest): Routed {
  const { refuse } = backend.dialect
  const candidates = routes.flatMap((each) => {
    const match = typeof each.path === 'string' ? each.path === request.path && [''] : each.path.exec(request.path)
    return match ? [{ ...each, parameter: match[1] ?? '' }] : []
  })
  const found = candidates.find(({ method }) => method === request.method)
  const nearest = found ?? candidates[0]
  if (nearest === undefined) {
    return { endpoint: 'unknown', answer: async () => refuse(404, 'There is nothing at this path', request) }
  }
  const endpoint = typeof nearest.endpoint === 'string' ? nearest.endpoint : nearest.endpoint(request)
  if (found !== undefined) return { endpoint, answer: () => found.handle(request, found.parameter) }
  const allow = [...new Set(candidates.map(({ method }) => method))].join(', ')
  const refusal = refuse(405, 'The method is not allowed', request)
  return { endpoint, answer: async () => ({ ...refusal, headers: { ...refusal.headers, allow } }) }
}
