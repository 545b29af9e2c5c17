import { type AuthorizationServer, startAuthorizationServer } from '@auth/testing'
import { openStore, resources } from 'accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EntryPoint, entryPoints, type RunningApi } from '../src/entry-points.js'
import { environmentOf } from '../src/environment.js'

/** Those that answer plain HTTP. The store of each is its own and fresh. */
const overHttp = entryPoints.filter(({ name }) => name !== 'tRPC')

let server: AuthorizationServer
let token: string

beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portx'] })
  token = await server.doorways.portx.issue()
})

afterAll(() => server.close())

test('NestJS, Hono and the core answer over HTTP', () => {
  expect(overHttp.map(({ name }) => name)).toEqual(['NestJS', 'Hono', 'core'])
})

describe.for(overHttp.map((entryPoint): [string, EntryPoint] => [entryPoint.name, entryPoint]))(
  '%s',
  ([, { start }]) => {
    let api: RunningApi

    beforeAll(async () => {
      api = await start({ env: environmentOf(server.doorways.portx) })
    })

    afterAll(() => api.close())

    async function call(method: string, path: string, body?: string): Promise<{ status: number; body: unknown }> {
      const headers: Record<string, string> = { authorization: `Bearer ${token}` }
      if (body !== undefined) headers['content-type'] = 'application/json'
      const response = await fetch(`${api.url}${path}`, { method, headers, body: body ?? null })
      expect(response.headers.get('content-type')).toMatch(/^application\/json(;|$)/)
      return { status: response.status, body: await response.json() }
    }

    test('is healthy, without a token', async () => {
      const response = await fetch(`${api.url}/health`)
      expect({ status: response.status, body: await response.json() }).toEqual({ status: 200, body: { status: 'ok' } })
    })

    test.for(resources)('lists the %s, and has each', async (resource) => {
      const store = openStore()
      const seeded = store.list(resource)
      store.close()
      expect(await call('GET', `/${resource}`)).toEqual({ status: 200, body: seeded })
      for (const entity of seeded) {
        expect(await call('GET', `/${resource}/${entity.id}`)).toEqual({ status: 200, body: entity })
      }
    })

    test('creates', async () => {
      const party = { name: 'Nils Vik', kind: 'person', country: 'SE' }
      const created = await call('POST', '/parties', JSON.stringify(party))
      expect(created).toEqual({ status: 201, body: { ...party, id: expect.any(String) } })
      expect((await call('GET', '/parties')).body).toContainEqual(created.body)
    })

    test.for(['/accounts/account-9', '/loans'])('knows no %s', async (path) => {
      expect(await call('GET', path)).toEqual({ status: 404, body: { message: 'Not Found' } })
    })

    test.for<[string, string]>([
      ['{}', 'partyId is a text of 1 to 64 characters, without blanks around it'],
      ['[]', 'expected a JSON object'],
    ])('refuses to create from %s', async ([body, message]) => {
      expect(await call('POST', '/accounts', body)).toEqual({ status: 400, body: { message } })
    })

    test.for<[what: string, body: string, status: number, message: string]>([
      ['not JSON', '{"name":', 400, 'The body is not JSON'],
      ['too long', `{"name":"${'x'.repeat(64 * 1024)}"}`, 413, 'The body is too long'],
    ])('refuses a body that is %s', async ([, body, status, message]) => {
      expect(await call('POST', '/accounts', body)).toEqual({ status, body: { message } })
    })
  },
)
