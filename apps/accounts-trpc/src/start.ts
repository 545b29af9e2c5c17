import { createServer, type ServerResponse } from 'node:http'
import type { AnyVerifier } from '@auth/core'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import {
  createLog,
  docsFiles,
  listen,
  logVerifier,
  openStore,
  type RunningApi,
  type StartOptions,
  verifierFrom,
} from 'accounts'
import { createDocument } from './document.js'
import { createApi } from './router.js'

/** More than any honest body here holds, in bytes. */
const longestBody = 64 * 1024

const basePath = '/trpc/'

/**
 * Starts the Accounts API on tRPC, on 127.0.0.1: its procedures below `/trpc`, their document at
 * `/docs-json`, a page that shows it at `/docs`, `GET /health` and `GET /ready`.
 *
 * @throws TypeError when the environment lacks something.
 */
export async function start({ port = 0, env = process.env, log }: StartOptions = {}): Promise<RunningApi> {
  const logger = createLog(env, log)
  const verifier = verifierFrom(env, logVerifier(logger))
  const store = openStore(env.ACCOUNTS_DB)
  // Behind the start: an issuer that is down holds up nothing but readiness.
  void verifier.warmUp()
  const handle = createHTTPHandler({
    ...createApi({ verifier, store }),
    basePath,
    maxBodySize: longestBody,
    onError: ({ error }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR') logger.error(error.cause ?? error)
    },
  })
  const document = createDocument(basePath)
  const pages = new Map(docsFiles().map((file) => [file.path, file]))
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1)
    const page = pages.get(path)
    if (path.startsWith(basePath)) handle(request, response)
    else if (request.method !== 'GET') answer(response, 404, { message: 'Not Found' })
    else if (page !== undefined) response.writeHead(200, page.headers).end(page.body)
    else if (path === '/docs-json') answer(response, 200, document)
    else if (path === '/health') answer(response, 200, { status: 'ok' })
    else if (path === '/ready') answer(response, ...readiness(verifier))
    else answer(response, 404, { message: 'Not Found' })
  })
  return await listen(server, port, logger, () => store.close())
}

/** Without the issuer's keys each call would be answered 503. */
function readiness(verifier: AnyVerifier): [status: number, body: object] {
  return verifier.status().ready ? [200, { status: 'ready' }] : [503, { status: 'not ready' }]
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
