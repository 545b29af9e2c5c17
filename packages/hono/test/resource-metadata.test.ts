import { createVerifier, protectedResource, type VerifierOptions } from '@auth/core'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { expect, test } from 'vitest'
import { type AuthEnv, bearer, createHonoAuth, resourceMetadata } from '../src/index.js'
import { type Scope, scopes } from './support/issuer.js'
import { ask, whoAmI } from './support/server.js'

const options: VerifierOptions<Scope> = {
  issuer: 'https://as.example.test',
  audience: 'https://api.example.test',
  resource: protectedResource('https://api.example.test/v1'),
  scopes,
}
const path = '/.well-known/oauth-protected-resource/v1'

test.for([
  ['the free form', () => resourceMetadata(options, { resource_name: 'Accounts' })],
  ['a verifier', () => resourceMetadata(createVerifier(options), { resource_name: 'Accounts' })],
  ['a function', () => resourceMetadata(() => options, { resource_name: 'Accounts' })],
  ['the bound form', () => createHonoAuth(options).resourceMetadata({ resource_name: 'Accounts' })],
] as const)('%s serves the document where challenges say it is', async ([, build]) => {
  const app = new Hono().use(cors()).use(build()).use(bearer(options)).get('/v1/accounts', whoAmI)
  const refused = await ask(app, '/v1/accounts')
  expect(refused.headers['www-authenticate']).toContain(`resource_metadata="https://api.example.test${path}"`)
  const { status, headers, body } = await ask(app, path)
  expect({ status, ...JSON.parse(body) }).toEqual({
    status: 200,
    resource: 'https://api.example.test/v1',
    authorization_servers: ['https://as.example.test'],
    bearer_methods_supported: ['header'],
    scopes_supported: scopes.names,
    resource_name: 'Accounts',
  })
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'public, max-age=3600',
    'access-control-allow-origin': '*',
  })
  expect(await ask(app, path, [], 'HEAD')).toMatchObject({ status: 200, body: '' })
})

test.for([
  ['another resource', 'GET', '/.well-known/oauth-protected-resource/v2'],
  ['another method', 'POST', path],
  ['another path', 'GET', '/v1'],
] as const)('%s goes on', async ([, method, target]) => {
  const app = new Hono().use(resourceMetadata(options)).use(bearer(options))
  expect((await ask(app, target, [], method)).status).toBe(401)
})

test('a verifier that does not know its resource is a TypeError, at once where it is known', async () => {
  const { resource: _, ...without } = options
  expect(() => resourceMetadata(without)).toThrow('metadata needs the option resource')
  expect(() => createHonoAuth(without).resourceMetadata()).toThrow(TypeError)
  const app = new Hono<AuthEnv>().use(resourceMetadata(() => without))
  app.onError((error, c) => c.text(error.message, 500))
  expect((await ask(app, path)).body).toContain('metadata needs the option resource')
})
