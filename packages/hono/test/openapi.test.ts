import { createVerifier, defineScopes, type ScopeOf } from '@auth/core'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { expect, expectTypeOf, test } from 'vitest'
import { createHonoAuth, securedRoutes } from '../src/index.js'

const scopes = defineScopes({ 'accounts:read': 'Read accounts', 'accounts:write': 'Create and modify accounts' })
type Scope = ScopeOf<typeof scopes>
const auth = createHonoAuth(
  createVerifier({ issuer: 'https://as.example.test', audience: 'https://api.example.test', scopes }),
)
const described = scopes.toOpenApi({
  type: 'oauth2',
  flows: { clientCredentials: { tokenUrl: 'https://as.example.test/token' } },
})

const secured = securedRoutes(auth, described)

const app = new OpenAPIHono()
for (const [name, scheme] of Object.entries(described.securitySchemes)) {
  app.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
}
const accounts = z.array(z.object({ id: z.string() }))
const route = createRoute({
  method: 'get',
  path: '/accounts',
  ...secured(scopes.anyOf('accounts:read', 'accounts:write')),
  responses: { 200: { description: 'The accounts', content: { 'application/json': { schema: accounts } } } },
})
app.openapi(route, (c) => {
  expectTypeOf(c.var.token.scopes).toEqualTypeOf<readonly Scope[]>()
  return c.json([{ id: c.var.token.subject ?? '' }], 200)
})
app.openapi(
  createRoute({ method: 'get', path: '/me', ...secured(), responses: { 204: { description: 'Ada' } } }),
  (c) => c.body(null, 204),
)
app.doc31('/openapi.json', { openapi: '3.1.0', info: { title: 'Accounts', version: '1' } })

test('one policy is what the document says and what is enforced', async () => {
  const { paths, components } = JSON.parse(await (await app.request('/openapi.json')).text())
  expect(paths['/accounts'].get.security).toEqual([{ oauth2: ['accounts:read'] }, { oauth2: ['accounts:write'] }])
  expect(paths['/me'].get.security).toEqual([{ oauth2: [] }])
  expect(components.securitySchemes).toEqual(described.securitySchemes)
  expect((await app.request('/accounts')).status).toBe(401)
  expect((await app.request('/me')).status).toBe(401)
})

test('a misspelt scope does not compile', () => {
  // @ts-expect-error: not in the catalogue
  expect(() => secured('acounts:read')).toThrow(TypeError)
})
