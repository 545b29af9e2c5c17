import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { listen, openStore, type RunningApi, type StartOptions, verifierFrom } from 'accounts'
import { createApp } from './app.js'

/**
 * Starts the Accounts API on Hono, on 127.0.0.1.
 *
 * @throws TypeError when the environment lacks something.
 */
export async function start({ port = 0, env = process.env }: StartOptions = {}): Promise<RunningApi> {
  const verifier = verifierFrom(env)
  const store = openStore(env.ACCOUNTS_DB)
  const app = createApp({ verifier, store })
  // Behind the start: an issuer that is down holds up nothing but readiness.
  void verifier.warmUp()
  const server = createServer(getRequestListener(app.fetch))
  return await listen(server, port, () => store.close())
}
