import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import { type Environment, openStore, verifierFrom } from 'accounts'
import { createApi } from './router.js'

/** What the API can be told. */
export interface StartOptions {
  /** @default 0, any free one */
  readonly port?: number | undefined
  /** What `verifierFrom` reads, and `ACCOUNTS_DB`, the store's file. @default process.env */
  readonly env?: Environment | undefined
}

/** An API that is up. */
export interface RunningApi {
  readonly url: string
  close(): Promise<void>
}

/** More than any honest body here holds, in bytes. */
const longestBody = 64 * 1024

const basePath = '/trpc/'

/**
 * Starts the Accounts API on tRPC, on 127.0.0.1: its procedures below `/trpc`, and `GET /health`.
 *
 * @throws TypeError when the environment lacks something.
 */
export async function start({ port = 0, env = process.env }: StartOptions = {}): Promise<RunningApi> {
  const verifier = verifierFrom(env)
  const store = openStore(env.ACCOUNTS_DB)
  const handle = createHTTPHandler({
    ...createApi({ verifier, store }),
    basePath,
    maxBodySize: longestBody,
    onError: ({ error }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR') console.error(error.cause ?? error)
    },
  })
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1)
    if (path.startsWith(basePath)) handle(request, response)
    else if (request.method === 'GET' && path === '/health') answer(response, 200, { status: 'ok' })
    else answer(response, 404, { message: 'Not Found' })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      store.close()
    },
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}
