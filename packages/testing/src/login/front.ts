import { IncomingMessage, type ServerResponse } from 'node:http'
import { type Faults, write, writeScripted } from '../faults.js'
import { readRequest, type WireRequest } from '../http.js'
import type { Endpoint, Recorder } from '../recorder.js'
import { type Interactions, interact, interactionPath } from './interactions.js'

/** What stands between the wire and oidc-provider. */
export interface LoginFront extends Interactions {
  readonly recorder: Recorder
  readonly faults: Faults
}

const endpoints: Readonly<Record<string, Endpoint>> = {
  '/.well-known/openid-configuration': 'metadata',
  '/jwks': 'jwks',
  '/me': 'user',
  '/request': 'pushed_authorization',
  '/session/end': 'end_session',
  '/session/end/confirm': 'end_session',
  '/token/revocation': 'revoke',
}

type Handler = (message: IncomingMessage, response: ServerResponse) => void

/** Records each request, lets it wait or fail as arranged, and answers it: a page of ours, or oidc-provider. */
export function createLoginFront(front: LoginFront): Handler {
  const handOn = front.provider.callback()
  return (message, response) => {
    respond(front, handOn, message, response).catch(() => {
      if (response.headersSent) response.destroy()
      else write(response, { status: 500, headers: { 'content-type': 'text/plain' }, body: 'the test server failed' })
    })
  }
}

async function respond(
  front: LoginFront,
  handOn: (message: IncomingMessage, response: ServerResponse) => Promise<void>,
  received: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await readRequest(received, '')
  if (request === undefined) return write(response, { status: 413 })
  const endpoint = endpointOf(request)
  const answered = front.recorder.record(endpoint, received.url ?? '/', request)
  response.once('finish', () => answered(response.statusCode))
  await front.faults.passed(endpoint)
  const scripted = front.faults.take(endpoint)
  if (scripted !== undefined) return writeScripted(response, scripted)
  const message = again(received, request.body)
  if (endpoint !== 'interaction') return await handOn(message, response)
  const { method, path, body } = request
  write(response, await interact(front, { method, path, body, message, response }))
}

function endpointOf({ path, body }: WireRequest): Endpoint {
  if (interactionPath.test(path)) return 'interaction'
  if (/^\/auth(\/|$)/.test(path)) return 'authorization'
  if (path === '/token') return new URLSearchParams(body).get('grant_type') === 'refresh_token' ? 'refresh' : 'token'
  return endpoints[path] ?? 'unknown'
}

/** The request once more from its beginning: it was read to be recorded, and oidc-provider reads it, too. */
function again(received: IncomingMessage, body: string): IncomingMessage {
  const { method, url, headers, rawHeaders, httpVersion } = received
  const message = new IncomingMessage(received.socket)
  // One that does not know its end would take the connection with it.
  Object.assign(message, { method, url, headers, rawHeaders, httpVersion, complete: true })
  if (body !== '') message.push(Buffer.from(body))
  message.push(null)
  return message
}
