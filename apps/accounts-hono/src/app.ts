import type { Verifier } from '@auth/core'
import { createHonoAuth, type HonoAuth } from '@auth/hono'
import { type AccountsStore, InvalidInput, type Resource, type Scope } from 'accounts'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'

/** What requests are answered from. */
export interface Api {
  readonly verifier: Verifier<Scope>
  readonly store: AccountsStore
}

/** More than any honest body here holds, in bytes. */
const longestBody = 64 * 1024

const nothing = { message: 'Not Found' }

const limited = bodyLimit({
  maxSize: longestBody,
  onError: (c) => c.json({ message: 'The body is too long' }, 413),
})

/** The Accounts API. */
export function createApp({ verifier, store }: Api) {
  const auth = createHonoAuth(verifier)
  const app = new Hono()
    .get('/health', (c) => c.json({ status: 'ok' }))
    // Without the issuer's keys each request would be answered 503.
    .get('/ready', (c) =>
      verifier.status().ready ? c.json({ status: 'ready' }) : c.json({ status: 'not ready' }, 503),
    )
    .route('/accounts', resourceApi('accounts', auth, store))
    .route('/transactions', resourceApi('transactions', auth, store))
    .route('/parties', resourceApi('parties', auth, store))
    .route('/cards', resourceApi('cards', auth, store))
  app.notFound((c) => c.json(nothing, 404))
  app.onError((error, c) => {
    if (error instanceof InvalidInput) return c.json({ message: error.message }, 400)
    console.error(error)
    return c.json({ message: 'Internal Server Error' }, 500)
  })
  return app
}

/** What clients import as a type: `hc<AppType>(…)`. */
export type AppType = ReturnType<typeof createApp>

function resourceApi<R extends Resource>(resource: R, auth: HonoAuth<Scope>, store: AccountsStore) {
  const canRead = auth.requireScopes(`${resource}:read`)
  const canWrite = auth.requireScopes(`${resource}:write`)
  return new Hono()
    .get('/', canRead, (c) => c.json(store.list(resource)))
    .get('/:id', canRead, (c) => {
      const entity = store.get(resource, c.req.param('id'))
      return entity === undefined ? c.json(nothing, 404) : c.json(entity, 200)
    })
    .post('/', canWrite, limited, async (c) => c.json(store.create(resource, await readJson(c.req)), 201))
}

async function readJson(request: { json(): Promise<unknown> }): Promise<unknown> {
  try {
    return await request.json()
  } catch {
    throw new InvalidInput('The body is not JSON')
  }
}
