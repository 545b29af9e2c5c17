import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'

/** Answers a token request; `index` counts from 0. */
export type Answer = (response: ServerResponse, index: number, form: URLSearchParams) => void

/** Answers a request to the API; it is called with the token that came. */
export type Api = (response: ServerResponse, token: string) => void | Promise<void>

/** One authorization server and one API on loopback; token requests are kept in the order they came. */
export interface TokenServer extends AsyncDisposable {
  readonly origin: string
  readonly requests: readonly URLSearchParams[]
  /** Resolves when the n-th token request has arrived, or with `false` after `patience` seconds. */
  readonly received: (n: number, patience: number) => Promise<boolean>
  /** Closes the port and every connection. */
  readonly goAway: () => Promise<void>
  answer: Answer
  api: Api
}

/** Starts a server on a free port. */
export async function startServer(answer: Answer): Promise<TokenServer> {
  const requests: URLSearchParams[] = []
  const arrived = new EventTarget()
  // On a machine that stands still for seconds, a client would send into a connection that is being closed.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => void handle(request, response))
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await textOf(request)
    if (request.url?.split('?')[0] !== '/token') return await started.api(response, tokenOf(request))
    const form = new URLSearchParams(text)
    requests.push(form)
    arrived.dispatchEvent(new Event('request'))
    started.answer(response, requests.length - 1, form)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const goAway = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
    await turn()
  }
  const started: TokenServer = {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    requests,
    received: (n, patience) =>
      new Promise((resolve) => {
        if (requests.length >= n) return resolve(true)
        const timer = setTimeout(() => resolve(false), patience * 1000)
        arrived.addEventListener('request', () => {
          if (requests.length < n) return
          clearTimeout(timer)
          resolve(true)
        })
      }),
    goAway,
    answer,
    api: (response) => void response.end(),
    [Symbol.asyncDispose]: goAway,
  }
  return started
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** Another token each time, RFC 6749 §5.1. */
export function tokens(more: Readonly<Record<string, unknown>>): Answer {
  return (response, index) => json(response, { access_token: `token-${index}`, token_type: 'Bearer', ...more })
}

function tokenOf({ headers }: IncomingMessage): string {
  return headers.authorization?.replace(/^bearer /i, '') ?? ''
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address === 'object' && address !== null) return address.port
  throw new Error('the server does not listen on a port')
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
