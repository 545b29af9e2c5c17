import type { TokenClientOptions } from '../../src/client/options.js'
import type { TokenClient } from '../../src/client/token-client.js'
import { clientOf } from './client.js'
import { type TestClock, testClock } from './clock.js'
import { type Handler, json, type LocalServer, serve, tokenAnswer } from './local-server.js'

/** Says which token it was sent. */
export const ok: Handler = (request, response) =>
  json(response, { sent: request.headers.authorization ?? null, body: request.body })

/** Answers with this status. */
export const refuse =
  (status: number): Handler =>
  (_, response) =>
    json(response, {}, status)

/** Refuses these tokens and no others. */
export const refusing =
  (...tokens: string[]): Handler =>
  (request, response, index) =>
    (tokens.includes(request.headers.authorization?.replace('Bearer ', '') ?? '') ? refuse(401) : ok)(
      request,
      response,
      index,
    )

/** An authorization server, an API and a client between them. */
export interface StartedApi extends AsyncDisposable {
  readonly issuer: LocalServer
  readonly server: LocalServer
  readonly clock: TestClock
  readonly client: TokenClient
  readonly url: string
}

export async function startedApi(api: Handler, options: TokenClientOptions = {}): Promise<StartedApi> {
  const issuer = await serve(tokenAnswer())
  const server = await serve(api)
  const clock = testClock()
  const client = clientOf(issuer.origin, { allowedOrigins: [server.origin], now: clock.now, ...options })
  const asyncDispose = async () => {
    await issuer[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  }
  return { issuer, server, clock, client, url: `${server.origin}/accounts`, [Symbol.asyncDispose]: asyncDispose }
}
