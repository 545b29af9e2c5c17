import { createServer } from 'node:http'
import { listen, openStore, type RunningApi, type StartOptions, verifierFrom } from 'accounts'
import { type Api, handle } from './api.js'
import { send } from './http.js'

/**
 * Starts the Accounts API on bare `node:http`, on 127.0.0.1.
 *
 * @throws TypeError when the environment lacks something.
 */
export async function start({ port = 0, env = process.env }: StartOptions = {}): Promise<RunningApi> {
  const api: Api = { verifier: verifierFrom(env), store: openStore(env.ACCOUNTS_DB) }
  const server = createServer((request, response) => {
    void handle(request, api).then((answer) => send(response, answer))
  })
  return await listen(server, port, () => api.store.close())
}
