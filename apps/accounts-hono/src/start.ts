import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createLog, listen, logVerifier, openStore, type RunningApi, type StartOptions, verifierFrom } from 'accounts'
import { type Api, createApp } from './app.js'

/**
 * Starts the Accounts API on Hono, on 127.0.0.1.
 *
 * @throws TypeError when the environment lacks something.
 */
export async function start({
  port = 0,
  env = process.env,
  log,
  cardLogin,
}: StartOptions & Pick<Api, 'cardLogin'> = {}): Promise<RunningApi> {
  const logger = createLog(env, log)
  const verifier = verifierFrom(env, logVerifier(logger))
  const store = openStore(env.ACCOUNTS_DB)
  const app = createApp({ verifier, store, logger, cardLogin })
  // Behind the start: an issuer that is down holds up nothing but readiness.
  void verifier.warmUp()
  const server = createServer(getRequestListener(app.fetch))
  return await listen(server, port, logger, () => store.close())
}
