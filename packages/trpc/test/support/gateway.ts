import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CreateHTTPHandlerOptions, createHTTPHandler } from '@trpc/server/adapters/standalone'
import { WebSocket } from 'ws'
import type { Api } from './server.js'
import { type Listening, listenWs } from './sockets.js'

/** Serves a router to clients that want every answer as a stream of lines. */
export async function listenJsonl(options: CreateHTTPHandlerOptions<Api>): Promise<Listening> {
  const handle = createHTTPHandler(options)
  return await listenTo((request, response) => {
    request.headers['trpc-accept'] = 'application/jsonl'
    request.rawHeaders.push('trpc-accept', 'application/jsonl')
    handle(request, response)
  })
}

/** How a call's fields get to a WebSocket. */
export type Carry = 'handshake' | 'connectionParams'

/**
 * Takes each call as an HTTP request, makes it on a WebSocket of its own with the same path and fields, and answers with
 * what comes back.
 */
export async function listenGateway(options: Parameters<typeof listenWs<Api>>[0], carry: Carry): Promise<Listening> {
  const sockets = await listenWs(options)
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = new URL(request.url ?? '/', sockets.url)
    const socket = open(target, fieldsOf(request), carry)
    await once(socket, 'open')
    for (const message of socket.first) socket.send(JSON.stringify(message))
    socket.send(JSON.stringify({ id: 1, method: 'query', params: { path: target.pathname.slice(1) } }))
    const [answer] = await once(socket, 'message')
    response.end(String(answer))
    socket.close()
  }
  const gateway = await listenTo((request, response) => {
    // What does not get as far as a socket is said, not waited for.
    pass(request, response).catch((error: unknown) => response.writeHead(502).end(String(error)))
  })
  return {
    url: gateway.url,
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]()
      await sockets[Symbol.asyncDispose]()
    },
  }
}

type Fields = Readonly<Record<string, readonly string[]>>

/** A WebSocket, and what its client says first. */
function open(target: URL, fields: Fields, carry: Carry): WebSocket & { readonly first: readonly object[] } {
  if (carry === 'handshake') return Object.assign(new WebSocket(target, { headers: sendable(fields) }), { first: [] })
  const url = new URL(target)
  url.searchParams.set('connectionParams', '1')
  // There is room for one value each; further ones stay where they are.
  const data = Object.fromEntries(Object.entries(fields).map(([name, [value = '']]) => [name, value]))
  const rest = Object.fromEntries(Object.entries(fields).map(([name, [, ...others]]) => [name, others]))
  const socket = new WebSocket(url, { headers: sendable(rest) })
  return Object.assign(socket, { first: [{ method: 'connectionParams', data }] })
}

function sendable(fields: Fields): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, values]) => (values.length === 0 ? [] : [[name, [...values]]])),
  )
}

/** The fields of a request that are not those of its connection. */
function fieldsOf({ headersDistinct }: IncomingMessage): Fields {
  const { host: _, connection: __, ...fields } = headersDistinct
  return Object.fromEntries(Object.entries(fields).map(([name, values = []]) => [name, values]))
}

async function listenTo(handle: Parameters<typeof createServer>[1]): Promise<Listening> {
  const server = createServer(handle)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
