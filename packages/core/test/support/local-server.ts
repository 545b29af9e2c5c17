import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createRawServer, type Socket } from 'node:net'

/** A request as it arrived. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Answers one request; `index` counts from 0. */
export type Handler = (request: Received, response: ServerResponse, index: number) => void | Promise<void>

/** A server of this machine that answers as a test tells it. */
export interface LocalServer extends AsyncDisposable {
  readonly origin: string
  readonly requests: readonly Received[]
  /** Resolves when the n-th request has arrived. */
  readonly received: (n: number) => Promise<void>
  handler: Handler
}

/** Starts a server on a free port. */
export async function serve(handler: Handler): Promise<LocalServer> {
  const requests: Received[] = []
  const waiting: { readonly n: number; readonly resolve: () => void }[] = []
  const server = createServer(async (incoming, response) => {
    const body = await textOf(incoming)
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
      body,
    }
    requests.push(request)
    for (const { n, resolve } of waiting) if (requests.length >= n) resolve()
    await local.handler(request, response, requests.length - 1)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const local: LocalServer = {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    requests,
    handler,
    received: (n) =>
      new Promise((resolve) => {
        if (requests.length >= n) resolve()
        else waiting.push({ n, resolve })
      }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return local
}

/** Starts a server below HTTP, for answers no HTTP server would send. */
export async function serveRaw(
  handler: (socket: Socket) => void,
): Promise<AsyncDisposable & { readonly origin: string }> {
  const sockets = new Set<Socket>()
  const server = createRawServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => handler(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** A token answer as RFC 6749 §5.1 describes it, a new token each time. */
export function tokenAnswer(more: Readonly<Record<string, unknown>> = {}): Handler {
  return (_, response, index) =>
    json(response, { access_token: `token-${index}`, token_type: 'Bearer', expires_in: 3600, ...more })
}

/** The origin of a port nobody listens on. */
export async function unreachableOrigin(): Promise<string> {
  const server = await serve(() => undefined)
  await server[Symbol.asyncDispose]()
  return server.origin
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address === 'object' && address !== null) return address.port
  throw new Error('the server does not listen on a port')
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
