import { createServer } from 'node:http'
import { createLog, listen, logVerifier, openStore, type RunningApi, type StartOptions, verifierFrom } from 'accounts'
import { type Api, handle } from './api.js'
import { send } from './http.js'

/**
 * Starts the Accounts API on bare `node:http`, on 127.0.0.1.
 *
 * @throws TypeError when the environment lacks something.
 */
export async function start({ port = 0, env = process.env, log }: StartOptions = {}): Promise<RunningApi> {
  const logger = createLog(env, log)
  const api: Api = { verifier: verifierFrom(env, logVerifier(logger)), store: openStore(env.ACCOUNTS_DB), logger }
  // Behind the start: an issuer that is down holds up nothing but readiness.
  void api.verifier.warmUp()
  const server = createServer((request, response) => {
    void handle(request, api).then((answer) => send(response, answer))
  })
  return await listen(server, port, logger, () => api.store.close())
}
