import type { Verifier } from '@auth/core'
import { createHonoAuth, type HonoAuth } from '@auth/hono'
import { type AccountsStore, InvalidInput, type Resource, resources, type Scope } from 'accounts'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'

/** What requests are answered from. */
export interface Api {
  readonly verifier: Verifier<Scope>
  readonly store: AccountsStore
}

/** More than any honest body here holds, in bytes. */
const longestBody = 64 * 1024

const limited = bodyLimit({
  maxSize: longestBody,
  onError: (c) => c.json({ message: 'The body is too long' }, 413),
})

/** The Accounts API. */
export function createApp({ verifier, store }: Api): Hono {
  const auth = createHonoAuth(verifier)
  const app = new Hono()
  app.get('/health', (c) => c.json({ status: 'ok' }))
  for (const resource of resources) app.route(`/${resource}`, resourceApi(resource, auth, store))
  app.notFound((c) => c.json({ message: 'Not Found' }, 404))
  app.onError((error, c) => {
    if (error instanceof InvalidInput) return c.json({ message: error.message }, 400)
    console.error(error)
    return c.json({ message: 'Internal Server Error' }, 500)
  })
  return app
}

function resourceApi(resource: Resource, auth: HonoAuth<Scope>, store: AccountsStore): Hono {
  const canRead = auth.requireScopes(`${resource}:read`)
  const canWrite = auth.requireScopes(`${resource}:write`)
  const api = new Hono()
  api.get('/', canRead, (c) => c.json(store.list(resource)))
  api.get('/:id', canRead, (c) => {
    const entity = store.get(resource, c.req.param('id'))
    return entity === undefined ? c.notFound() : c.json(entity)
  })
  api.post('/', canWrite, limited, async (c) => c.json(store.create(resource, await readJson(c.req)), 201))
  return api
}

async function readJson(request: { json(): Promise<unknown> }): Promise<unknown> {
  try {
    return await request.json()
  } catch {
    throw new InvalidInput('The body is not JSON')
  }
}
