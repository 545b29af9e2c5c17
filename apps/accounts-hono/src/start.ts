import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Environment, openStore, verifierFrom } from 'accounts'
import { createApp } from './app.js'

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

/**
 * Starts the Accounts API on Hono, on 127.0.0.1.
 *
 * @throws TypeError when the environment lacks something.
 */
export async function start({ port = 0, env = process.env }: StartOptions = {}): Promise<RunningApi> {
  const verifier = verifierFrom(env)
  const store = openStore(env.ACCOUNTS_DB)
  const app = createApp({ verifier, store })
  const server = createServer(getRequestListener(app.fetch))
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

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}
