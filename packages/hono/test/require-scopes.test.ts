import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, createHonoAuth, requireScopes } from '../src/index.js'
import { type Issuer, type Scope, scopes, startIssuer } from './support/issuer.js'
import { type AnyApp, ask, whoAmI } from './support/server.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

describe.for<[string, () => AnyApp]>([
  [
    'free',
    () =>
      new Hono()
        .use(bearer(issuer.verifier()))
        .get('/one', requireScopes('accounts:read'), whoAmI)
        .get('/either', requireScopes(scopes.anyOf('accounts:write', 'cards:read')), whoAmI)
        .get('/both', requireScopes('accounts:read', 'cards:read'), whoAmI)
        .get('/chained', requireScopes('accounts:read'), requireScopes('cards:read'), whoAmI),
  ],
  [
    'bound',
    () => {
      const auth = createHonoAuth(issuer.verifier())
      return new Hono()
        .get('/one', auth.requireScopes('accounts:read'), whoAmI)
        .get('/either', auth.requireScopes(scopes.anyOf('accounts:write', 'cards:read')), whoAmI)
        .get('/both', auth.requireScopes('accounts:read', 'cards:read'), whoAmI)
        .get('/chained', auth.requireScopes('accounts:read'), auth.requireScopes('cards:read'), whoAmI)
    },
  ],
])('%s', ([, app]) => {
  test.for<[string, string, number, string | undefined]>([
    ['/one', 'accounts:read', 200, undefined],
    ['/one', 'cards:read', 403, 'accounts:read'],
    ['/one', '', 403, 'accounts:read'],
    ['/either', 'cards:read', 200, undefined],
    ['/either', 'accounts:read', 403, 'accounts:write'],
    ['/both', 'accounts:read cards:read', 200, undefined],
    ['/both', 'accounts:read', 403, 'cards:read'],
    ['/both', '', 403, 'accounts:read cards:read'],
    ['/chained', 'accounts:read cards:read', 200, undefined],
    ['/chained', 'accounts:read', 403, 'cards:read'],
  ])('%s with "%s": %i', async ([path, scope, status, missing]) => {
    const answer = await ask(app(), path, [await issuer.bearer({ scope })])
    expect(answer.status).toBe(status)
    expect(/scope="([^"]*)"/.exec(`${answer.headers['www-authenticate']}`)?.[1]).toBe(missing)
  })

  test('no token', async () => {
    expect(await ask(app(), '/one')).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' })
  })
})

test('without bearer() before it: TypeError, and nobody gets in', async () => {
  const app = new Hono().get('/', requireScopes('accounts:read'), whoAmI)
  const seen: Error[] = []
  app.onError((error, c) => {
    seen.push(error)
    return c.text('failed', 500)
  })
  expect((await ask(app, '/', [await issuer.bearer()])).status).toBe(500)
  expect(seen).toEqual([expect.any(TypeError)])
  expect(seen[0]?.message).toContain('runs without bearer() before it')
})

test('a variable that somebody else set is no authentication', async () => {
  const app = new Hono<{ Variables: { token: unknown } }>()
    .use(async (c, next) => {
      c.set('token', { scopes: ['accounts:read'] })
      await next()
    })
    .get('/', requireScopes('accounts:read'), whoAmI)
  app.onError((_error, c) => c.text('failed', 500))
  expect((await ask(app, '/')).status).toBe(500)
})

describe('a policy is checked where it is defined', () => {
  test.for<[string, () => unknown, string]>([
    ['none', () => Reflect.apply(requireScopes, undefined, []), 'a policy is a scope'],
    ['an empty list', () => requireScopes(JSON.parse('{"anyOf":[]}')), 'never empty'],
    ['a malformed scope', () => requireScopes('accounts read'), 'a policy is a scope'],
    ['the second of two', () => requireScopes('accounts:read', JSON.parse('{"allOf":[]}')), 'never empty'],
    [
      'one that is not in the catalogue of a verifier',
      () => createHonoAuth(issuer.verifier()).requireScopes(JSON.parse('"acounts:read"')),
      "'acounts:read' is not in the catalogue",
    ],
    [
      'one that is not in the catalogue of the options',
      () => createHonoAuth<Scope>({ ...issuer.options, scopes }).requireScopes(JSON.parse('"acounts:read"')),
      "'acounts:read' is not in the catalogue",
    ],
  ])('%s', ([, define, message]) => {
    expect(define).toThrow(TypeError)
    expect(define).toThrow(message)
  })
})
