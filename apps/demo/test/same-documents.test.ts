import { start as startHono } from 'accounts-hono'
import { start as startNestjs } from 'accounts-nestjs'
import { expect, test } from 'vitest'

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

test.for([
  ['NestJS', startNestjs],
  ['Hono', startHono],
] as const)('the page of %s comes from itself alone', async ([, start]) => {
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
