import { type AnyVerifier, BearerError } from '@auth/core'
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { every, except, some } from 'hono/combine'
import { cors } from 'hono/cors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, createHonoAuth, requireScopes } from '../src/index.js'
import { type Issuer, scopes, startIssuer } from './support/issuer.js'
import { ask, call, listen, whoAmI } from './support/server.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

/** Counts how often a verifier was asked. */
function counting(): { verifier: ReturnType<Issuer['verifier']>; count: () => number } {
  let accepted = 0
  const verifier = issuer.verifier(({ type }) => {
    if (type === 'token_accepted') accepted++
  })
  return { verifier, count: () => accepted }
}

describe('a token that is accepted', () => {
  test.for<[string, () => MiddlewareHandler]>([
    ['a verifier', () => bearer(issuer.verifier())],
    ['options', () => bearer({ ...issuer.options, scopes })],
    [
      'a function that returns a verifier',
      () => {
        const verifier = issuer.verifier()
        return bearer(() => verifier)
      },
    ],
    ['a function that returns options', () => bearer(() => ({ ...issuer.options, scopes }))],
    ['a function that promises them', () => bearer(async () => ({ ...issuer.options, scopes }))],
    ['a bound form', () => createHonoAuth({ ...issuer.options, scopes }).bearer()],
  ])('is in c.var.token, by %s', async ([, middleware]) => {
    const app = new Hono().use(middleware()).get('/', whoAmI)
    const { status, body } = await ask(app, '/', [await issuer.bearer({ scope: 'accounts:read cards:read' })])
    expect({ status, body }).toEqual({
      status: 200,
      body: '{"token":{"subject":"ada","scopes":["accounts:read","cards:read"]}}',
    })
  })

  test('is verified once, however many middlewares of one verifier ask', async () => {
    const { verifier, count } = counting()
    const auth = createHonoAuth(verifier)
    const inner = new Hono().use(bearer(verifier)).get('/', auth.requireScopes('accounts:read'), whoAmI)
    const app = new Hono().use(bearer(verifier)).use(auth.bearer()).route('/inner', inner)
    const token = await issuer.bearer({ scope: 'accounts:read' })
    await using server = await listen(app)
    expect((await call(`${server.url}/inner`, [token])).status).toBe(200)
    expect(count()).toBe(1)
    expect((await call(`${server.url}/inner`, [token])).status).toBe(200)
    expect(count()).toBe(2)
  })

  test('is verified by each of two verifiers', async () => {
    const [first, second] = [counting(), counting()]
    const app = new Hono().use(bearer(first.verifier)).use(bearer(second.verifier)).get('/', whoAmI)
    expect((await ask(app, '/', [await issuer.bearer()])).status).toBe(200)
    expect([first.count(), second.count()]).toEqual([1, 1])
  })

  test('is still known after a middleware that replaces the request', async () => {
    const app = new Hono()
      .use(bearer(issuer.verifier()))
      .use(bodyLimit({ maxSize: 10 }))
      .post('/', requireScopes('accounts:read'), whoAmI)
    expect((await ask(app, '/', [await issuer.bearer()], 'POST')).status).toBe(200)
  })
})

describe('a refusal', () => {
  const refused = {
    status: 401,
    body: '{"error":"invalid_token","error_description":"The access token is invalid or has expired"}',
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'www-authenticate':
        'Bearer realm="accounts", error="invalid_token", error_description="The access token is invalid or has expired"',
    },
  }

  test("is the core's answer, and onError does not see it", async () => {
    const seen: unknown[] = []
    const app = new Hono().use(bearer(issuer.verifier())).get('/', whoAmI)
    app.onError((error, c) => {
      seen.push(error)
      return c.text('replaced', 500)
    })
    expect(await ask(app, '/', ['Bearer garbage'])).toMatchObject(refused)
    expect(seen).toEqual([])
  })

  test('keeps the fields of middlewares that ran before', async () => {
    const app = new Hono()
      .use(cors({ origin: '*', exposeHeaders: ['WWW-Authenticate'] }))
      .use(async (c, next) => {
        c.header('x-request-id', '42')
        c.header('www-authenticate', 'Basic')
        c.header('cache-control', 'public, max-age=60')
        await next()
      })
      .use(bearer(issuer.verifier()))
      .get('/', whoAmI)
    const answer = await ask(app, '/', ['Bearer garbage'])
    expect(answer).toMatchObject(refused)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'WWW-Authenticate',
      'x-request-id': '42',
    })
  })

  test.for<[string, string[], number]>([
    ['two fields', ['Bearer one', 'Bearer two'], 400],
    ['two fields, the first of another scheme', ['Basic dXNlcjpwYXNz', 'Bearer two'], 400],
    ['a list in one field', ['Bearer one, Bearer two'], 400],
    ['none', [], 401],
  ])('%s', async ([, authorization, status]) => {
    const app = new Hono().use(bearer(issuer.verifier())).get('/', whoAmI)
    expect((await ask(app, '/', authorization)).status).toBe(status)
  })

  test('tells nobody why: what the logs know stays out of the answer', async () => {
    const reasons: string[] = []
    const verifier = issuer.verifier((event) => {
      if (event.type === 'token_refused') reasons.push(event.reason)
    })
    const app = new Hono().use(bearer(verifier)).get('/', whoAmI)
    const answer = await ask(app, '/', [await issuer.bearer({ audience: 'https://other.example.test' })])
    expect(reasons).toHaveLength(1)
    for (const reason of reasons) expect(JSON.stringify(answer)).not.toContain(reason)
  })

  test('what is no refusal goes to onError as it is', async () => {
    const broken: AnyVerifier = {
      ...issuer.verifier(),
      authenticate: () => Promise.reject(new RangeError('not the token')),
    }
    const app = new Hono().use(bearer(broken)).get('/', whoAmI)
    const seen: Error[] = []
    app.onError((error, c) => {
      seen.push(error)
      return c.text('failed', 500)
    })
    expect((await ask(app, '/', ['Bearer x'])).status).toBe(500)
    expect(seen).toEqual([new RangeError('not the token')])
  })
})

describe('optional', () => {
  const optional = (): Hono => {
    const verifier = issuer.verifier()
    const app = new Hono()
    app.use(bearer(verifier, { optional: true }))
    app.get('/', whoAmI)
    app.get('/scoped', requireScopes('accounts:read'), whoAmI)
    app.get('/strict', bearer(verifier), whoAmI)
    return app
  }

  test('without a token the caller is anonymous', async () => {
    expect(await ask(optional(), '/')).toMatchObject({ status: 200, body: '{"token":null}' })
  })

  test('a valid one is accepted', async () => {
    expect((await ask(optional(), '/', [await issuer.bearer()])).body).toContain('"subject":"ada"')
  })

  test.for<[string, () => Promise<string[]>, number]>([
    ['garbage', async () => ['Bearer garbage'], 401],
    ['an expired token', async () => [await issuer.bearer({ expiresIn: -60 })], 401],
    ['the scheme alone', async () => ['Bearer'], 400],
    ['two tokens', async () => ['Bearer one', 'Bearer two'], 400],
  ])('%s is refused all the same', async ([, authorization, status]) => {
    expect((await ask(optional(), '/', await authorization())).status).toBe(status)
  })

  test.for(['/scoped', '/strict'])('%s still wants a token', async (path) => {
    expect(await ask(optional(), path)).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="accounts"' },
    })
    expect((await ask(optional(), path, [await issuer.bearer()])).status).toBe(200)
  })
})

describe('combined by hono/combine', () => {
  test('except() leaves a path open', async () => {
    const app = new Hono().use(except('/health', bearer(issuer.verifier()))).get('/*', whoAmI)
    expect((await ask(app, '/health')).status).toBe(200)
    expect((await ask(app, '/accounts')).status).toBe(401)
  })

  test('every() asks each', async () => {
    const app = new Hono().get('/', every(bearer(issuer.verifier()), requireScopes('cards:read')), whoAmI)
    expect((await ask(app, '/')).status).toBe(401)
    expect((await ask(app, '/', [await issuer.bearer({ scope: 'accounts:read' })])).status).toBe(403)
    expect((await ask(app, '/', [await issuer.bearer({ scope: 'cards:read' })])).status).toBe(200)
  })

  test('some() ends at the first refusal, and lets nobody in by it', async () => {
    const stranger = bearer({ ...issuer.options, audience: 'https://other.example.test' })
    const app = new Hono().get('/', some(stranger, bearer(issuer.verifier())), whoAmI)
    expect((await ask(app, '/', [await issuer.bearer()])).status).toBe(401)
    expect((await ask(app, '/', ['Bearer garbage'])).status).toBe(401)
    expect((await ask(app, '/')).status).toBe(401)
  })
})

test('a refusal replaces what was set before a response existed, too', async () => {
  const app = new Hono()
    .use(async (c, next) => {
      c.header('cache-control', 'public, max-age=60')
      await next()
    })
    .use(bearer(issuer.verifier()))
    .get('/', whoAmI)
  expect((await ask(app, '/')).headers['cache-control']).toBe('no-store')
})

test('app.mount() guards the inner application, which knows nothing of the token', async () => {
  const { verifier, count } = counting()
  const auth = createHonoAuth(verifier)
  const errors: Error[] = []
  const inner = new Hono()
    .get('/who', whoAmI)
    .get('/unbound', requireScopes('accounts:read'), whoAmI)
    .get('/bound', auth.requireScopes('accounts:read'), whoAmI)
    .onError((error, c) => {
      errors.push(error)
      return c.text('failed', 500)
    })
  const app = new Hono().use(auth.bearer()).mount('/inner', inner.fetch)
  const token = await issuer.bearer()
  expect(await ask(app, '/inner/who')).toMatchObject({ status: 401 })
  expect(await ask(app, '/inner/who', [token])).toMatchObject({ status: 200, body: '{"token":null}' })
  expect(await ask(app, '/inner/unbound', [token])).toMatchObject({ status: 500 })
  expect(errors).toEqual([expect.any(TypeError)])
  const before = count()
  expect(await ask(app, '/inner/bound', [token])).toMatchObject({ status: 200 })
  expect(count() - before).toBe(2)
})

test('a BearerError that a handler throws is for onError', async () => {
  const app = new Hono().use(bearer(issuer.verifier())).get('/', () => {
    throw new BearerError({ code: 'insufficient_scope', reason: 'a decision of the handler' })
  })
  app.onError((error) => (error instanceof BearerError ? error.toResponse() : new Response(null, { status: 500 })))
  expect((await ask(app, '/', [await issuer.bearer()])).status).toBe(403)
})
