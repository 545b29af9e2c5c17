import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A server on this machine that answers as a test tells it to. */
export interface TestServer extends AsyncDisposable {
  readonly origin: string
  /** Paths of the requests that arrived, oldest first. */
  readonly paths: readonly string[]
  /** What answers from now on. */
  answer(handler: Handler): void
  /** Requests wait unanswered until the returned function is called. */
  hold(): () => void
  /** Resolves when this many requests have arrived. */
  arrived(count: number): Promise<void>
}

export async function startServer(first: Handler): Promise<TestServer> {
  let handler = first
  let gate: Promise<void> | undefined
  const paths: string[] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    for (const look of waiting) look()
    void Promise.resolve(gate).then(() => handler(request, response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    paths,
    answer: (next) => {
      handler = next
    },
    hold: () => {
      let open = (): void => undefined
      gate = new Promise((resolve) => {
        open = resolve
      })
      return () => {
        gate = undefined
        open()
      }
    },
    arrived: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (paths.length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export function json(value: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): Handler {
  return text(JSON.stringify(value), { 'content-type': 'application/json', ...headers }, status)
}

export function text(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}, status = 200): Handler {
  return (request, response) => {
    request.resume()
    response.writeHead(status, headers).end(body)
  }
}

/** Ways an HTTP answer can be bad, whatever was asked (attacks (c2)); none of them is an answer. */
export const faults: Readonly<Record<string, Handler>> = {
  'F-e401': text('', {}, 401),
  'F-e404': text('{"keys":[],"active":true}', {}, 404),
  'F-e429': text('', { 'retry-after': '7' }, 429),
  'F-e500': text('{"keys":[],"active":true}', { 'content-type': 'application/json' }, 500),
  'F-e503': text('', {}, 503),
  'F-e304': text('', {}, 304),
  'F-html200': text('<!doctype html><title>Log in</title>', { 'content-type': 'text/html' }),
  'F-utf16': text(Buffer.from('{"keys":[],"active":true}', 'utf16le'), { 'content-type': 'application/json' }),
  'F-empty': text('', { 'content-type': 'application/json' }),
  'F-trunc': text('{"keys":[{"kty":', { 'content-type': 'application/json' }),
  'F-redir302same': text('', { location: '/elsewhere' }, 302),
  'F-redir307cross': text('', { location: 'http://127.0.0.1:1/elsewhere' }, 307),
  'F-redirfile': text('', { location: 'file:///etc/passwd' }, 302),
  'F-redirdata': text('', { location: 'data:application/json,{"keys":[]}' }, 301),
  'F-infinite': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const pump = (): void => {
      while (response.write('x'.repeat(65_536)));
    }
    response.on('drain', pump)
    pump()
  },
  'F-5mb': text(`{"keys":[],"active":true,"fill":"${'x'.repeat(5_000_000)}"}`, { 'content-type': 'application/json' }),
  'F-gzbad': text('not gzip', { 'content-encoding': 'gzip' }),
  'F-clshort': (_, response) => {
    response.writeHead(200, { 'content-length': '500' })
    response.write('{"keys":')
    response.destroy()
  },
  'F-reset': (request) => request.socket.destroy(),
  'F-http09': (request) => request.socket.end('{"keys":[]}'),
}
