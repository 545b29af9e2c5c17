import { type AuthorizationServer, startAuthorizationServer } from '@auth/testing'
import { type Scope, scopes } from 'accounts'
import { start as startHono } from 'accounts-hono'
import { start as startNestjs } from 'accounts-nestjs'
import { start as startTrpc } from 'accounts-trpc'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Nobody is asked: a document is made of the code alone. */
const env = {
  AUTH_ISSUER: 'https://as.example.com',
  AUTH_AUDIENCE: 'https://api.example.com',
  AUTH_JWKS_URI: 'http://127.0.0.1:9/jwks',
  LOG_LEVEL: 'silent',
}

async function documentOf(start: typeof startHono): Promise<unknown> {
  const api = await start({ env })
  const document: unknown = await (await fetch(`${api.url}/docs-json`)).json()
  await api.close()
  return document
}

const apis = [
  ['NestJS', startNestjs],
  ['Hono', startHono],
  ['tRPC', startTrpc],
] as const

let server: AuthorizationServer
beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portx'] })
})
afterAll(() => server.close())

test('the documents of NestJS and Hono say the same', async () => {
  const [nestjs, hono] = [await documentOf(startNestjs), await documentOf(startHono)]
  expect(hono).toMatchObject({
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: {
      '/cards': {
        get: { operationId: 'cards.list', security: [{ bearer: ['cards:read'] }] },
        post: { operationId: 'cards.create', security: [{ bearer: ['cards:write'] }] },
      },
      '/cards/{id}': { get: { operationId: 'cards.get', security: [{ bearer: ['cards:read'] }] } },
    },
  })
  expect(plain(hono)).toEqual(plain(nestjs))
})

/** An operation of a document, as far as it is called here. */
type Operations = Readonly<Record<string, { readonly security: readonly [{ readonly bearer: readonly [Scope] }] }>>

describe.for(apis)('%s', ([, start]) => {
  test('asks for what its document says', async () => {
    const { issuer, jwksUri, issue } = server.doorways.portx
    const api = await start({
      env: { ...env, AUTH_ISSUER: issuer, AUTH_AUDIENCE: server.audience, AUTH_JWKS_URI: jwksUri },
    })
    const { paths }: { paths: Readonly<Record<string, Operations>> } = JSON.parse(
      await (await fetch(`${api.url}/docs-json`)).text(),
    )
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => ({ method, path, scope: security[0].bearer[0] })),
    )
    expect(operations).toHaveLength(12)
    for (const { method, path, scope } of operations) {
      const call = async (names: readonly string[]) => {
        const authorization = `Bearer ${await issue({ scope: names.join(' ') })}`
        const url = `${api.url}${path.replace('{id}', 'account-1')}`
        return await fetch(url, { method, headers: { authorization, 'content-type': 'application/json' } })
      }
      const refused = await call(scopes.names.filter((name) => name !== scope))
      expect([refused.status, refused.headers.get('www-authenticate')], `${method} ${path}`).toEqual([
        403,
        expect.stringContaining(`scope="${scope}"`),
      ])
      expect([200, 400, 404], `${method} ${path}`).toContain((await call([scope])).status)
    }
    await api.close()
  })
})

test.for(apis)('the page of %s comes from itself alone', async ([, start]) => {
  const api = await start({ env })
  const page = await fetch(`${api.url}/docs`)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  const html = await page.text()
  const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source = '']) => new URL(source, page.url))
  expect(sources.length).toBeGreaterThan(2)
  for (const source of sources) {
    expect(source.origin).toBe(api.url)
    expect((await fetch(source)).status, source.pathname).toBe(200)
  }
  await api.close()
})

/** Without what is empty, and the bounds of every integer, which only one of the libraries writes down. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [name, plain(member)])
  return Object.fromEntries(members.filter(([, member]) => !isEmpty(member)))
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === '' || Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER
}
