import type { StepUp, Verifier } from '@auth/core'
import { createHonoAuth, securedRoutes } from '@auth/hono'
import { OpenAPIHono } from '@hono/zod-openapi'
import { type AccountsStore, docsFiles, InvalidInput, type Logger, type Scope, scopes } from 'accounts'
import { HTTPException } from 'hono/http-exception'
import { resourceApi } from './resource.js'

/** What requests are answered from. */
export interface Api {
  readonly verifier: Verifier<Scope>
  readonly store: AccountsStore
  readonly logger: Logger
  /** The login that issuing a card takes (RFC 9470). @default any */
  readonly cardLogin?: StepUp | undefined
}

const security = scopes.toOpenApi({ type: 'http', description: 'An access token with the scopes of the operation' })

/** The Accounts API, its document at `/docs-json`, and a page that shows it at `/docs`. */
export function createApp({ verifier, store, logger, cardLogin }: Api) {
  const auth = createHonoAuth(verifier)
  const secured = securedRoutes(auth, security)
  const api = new OpenAPIHono()
  for (const [name, scheme] of Object.entries(security.securitySchemes)) {
    api.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  }
  for (const { path, headers, body } of docsFiles()) api.get(path, (c) => c.body(body, 200, headers))
  const app = api
    .doc31('/docs-json', { openapi: '3.1.0', info: { title: 'Accounts API', version: '1.0' } })
    .route('/accounts', resourceApi('accounts', secured, store))
    .route('/transactions', resourceApi('transactions', secured, store))
    .route('/parties', resourceApi('parties', secured, store))
    .route('/cards', resourceApi('cards', secured, store, cardLogin && auth.requireStepUp(cardLogin)))
    .get('/health', (c) => c.json({ status: 'ok' }))
    // Without the issuer's keys each request would be answered 503.
    .get('/ready', (c) =>
      verifier.status().ready ? c.json({ status: 'ready' }) : c.json({ status: 'not ready' }, 503),
    )
  app.notFound((c) => c.json({ message: 'Not Found' }, 404))
  app.onError((error, c) => {
    if (error instanceof InvalidInput) return c.json({ message: error.message }, 400)
    // What Hono says of a body that is none, or of another type.
    if (error instanceof HTTPException) return c.json({ message: 'The body is not JSON' }, error.status)
    logger.error(error)
    return c.json({ message: 'Internal Server Error' }, 500)
  })
  return app
}

/** What clients import as a type: `hc<AppType>(…)`. */
export type AppType = ReturnType<typeof createApp>
