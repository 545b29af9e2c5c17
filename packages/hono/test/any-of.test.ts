import { type AccessToken, BearerError, createVerifier, type Verifier } from '@auth/core'
import { Hono, type MiddlewareHandler } from 'hono'
import { basicAuth } from 'hono/basic-auth'
import { cors } from 'hono/cors'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { anyOf, bearer, createHonoAuth, requireScopes } from '../src/index.js'
import { type Issuer, type Scope, scopes, startIssuer } from './support/issuer.js'
import { type AnyApp, ask, whoAmI } from './support/server.js'

let issuer: Issuer
let other: Issuer

beforeAll(async () => {
  ;[issuer, other] = await Promise.all([startIssuer(), startIssuer()])
})

afterAll(async () => {
  await Promise.all([issuer[Symbol.asyncDispose](), other[Symbol.asyncDispose]()])
})

const basic = basicAuth({ username: 'ada', password: 'lovelace', realm: 'people' })
const asAda = `Basic ${btoa('ada:lovelace')}`

/** A verifier that answers as it is told. */
function refusing(refusal: BearerError): Verifier<Scope> {
  return { ...issuer.verifier(), authenticate: () => Promise.reject(refusal) }
}

function refused(code: BearerError['code'], realm = 'a'): MiddlewareHandler {
  return bearer(refusing(new BearerError({ code, reason: 'x', realm })))
}

function answering(app: MiddlewareHandler): AnyApp {
  return new Hono().use(app).get('/', whoAmI)
}

describe('somebody lets it pass', () => {
  test('tokens of either verifier', async () => {
    const app = answering(anyOf(bearer(issuer.verifier()), bearer(other.verifier())))
    for (const each of [issuer, other]) {
      expect(await ask(app, '/', [await each.bearer()])).toMatchObject({
        status: 200,
        body: expect.stringContaining('"ada"'),
      })
    }
  })

  test.for<[string, () => MiddlewareHandler]>([
    ['first', () => anyOf(basic, bearer(issuer.verifier()))],
    ['last', () => anyOf(bearer(issuer.verifier()), basic)],
  ])('a middleware of another kind, %s: without a token, which a policy then asks for', async ([, build]) => {
    const app = new Hono().use(build()).get('/', whoAmI).get('/read', requireScopes('accounts:read'), whoAmI)
    const answer = await ask(app, '/', [asAda])
    expect(answer).toMatchObject({ status: 200, body: '{"token":null}' })
    expect(answer.headers).not.toHaveProperty('www-authenticate')
    expect(answer.headers).not.toHaveProperty('cache-control')
    expect(await ask(app, '/read', [asAda])).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="accounts"' },
    })
    expect(await ask(app, '/read', [await issuer.bearer({ scope: 'accounts:read' })])).toMatchObject({ status: 200 })
  })

  test('what one that refused has said to the context is forgotten', async () => {
    const chatty = createMiddleware(async (c) => {
      c.status(401)
      c.header('WWW-Authenticate', 'Chatty')
      c.header('X-Refused', 'yes')
      return c.json({ message: 'no' })
    })
    const app = new Hono()
      .use(cors())
      .use(anyOf(chatty, bearer(issuer.verifier())))
      .get('/', whoAmI)
    const { status, headers } = await ask(app, '/', [await issuer.bearer()])
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'access-control-allow-origin': '*' })
    expect(headers).not.toHaveProperty('www-authenticate')
    expect(headers).not.toHaveProperty('x-refused')
  })

  test('the token of one that refused is forgotten, and one that was there before is back', async () => {
    const auth = createHonoAuth(issuer.verifier())
    const pass: MiddlewareHandler = async (_c, next) => await next()
    const app = new Hono()
      .get('/fresh', anyOf(auth.requireScopes('cards:read'), pass), whoAmI)
      .get(
        '/known',
        bearer(other.verifier(), { optional: true }),
        anyOf(auth.requireScopes('cards:read'), pass),
        whoAmI,
      )
    const token = await issuer.bearer({ scope: 'accounts:read' })
    expect(await ask(app, '/fresh', [token])).toMatchObject({ status: 200, body: '{"token":null}' })
    expect(await ask(app, '/known')).toMatchObject({ status: 200, body: '{"token":null}' })
  })

  test('one verifier asked twice verifies once', async () => {
    let accepted = 0
    const auth = createHonoAuth(
      issuer.verifier(({ type }) => {
        if (type === 'token_accepted') accepted++
      }),
    )
    const app = answering(anyOf(auth.requireScopes('cards:read'), auth.requireScopes('accounts:read')))
    expect(await ask(app, '/', [await issuer.bearer({ scope: 'accounts:read' })])).toMatchObject({ status: 200 })
    expect(accepted).toBe(1)
  })

  test('what happens behind it is not its affair', async () => {
    const app = new Hono().use(anyOf(basic, bearer(issuer.verifier()))).get('/', () => {
      throw new HTTPException(401, { message: 'from the handler' })
    })
    expect(await ask(app, '/', [asAda])).toMatchObject({ status: 401, body: 'from the handler' })
    expect(await ask(app, '/', [await issuer.bearer()])).toMatchObject({ status: 401, body: 'from the handler' })
  })
})

describe('nobody does', () => {
  test('the answer holds every challenge once, past onError, beside the fields of CORS', async () => {
    const app = new Hono()
      .use(cors({ origin: '*', exposeHeaders: ['WWW-Authenticate'] }))
      .use(anyOf(bearer(issuer.verifier()), basic, bearer(other.verifier())))
      .get('/', whoAmI)
    app.onError((_error, c) => c.text('dropped', 500))
    expect(await ask(app, '/')).toMatchObject({
      status: 401,
      body: '{"message":"Unauthorized"}',
      headers: {
        'www-authenticate': 'Bearer realm="accounts", Basic realm="people"',
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'access-control-expose-headers': 'WWW-Authenticate',
      },
    })
  })

  test("another one's answer keeps its body and gets the other challenges", async () => {
    const app = answering(anyOf(basic, bearer(issuer.verifier())))
    expect(await ask(app, '/')).toMatchObject({
      status: 401,
      body: 'Unauthorized',
      headers: {
        'content-type': expect.stringMatching(/^text\/plain/),
        'www-authenticate': 'Basic realm="people", Bearer realm="accounts"',
      },
    })
  })

  const key: MiddlewareHandler = async (c) => c.json({ message: 'no key' }, 403)
  const thrown: MiddlewareHandler = async () => {
    throw new BearerError({ code: 'invalid_token', reason: 'x', realm: 'thrown' })
  }

  test.for<[string, () => MiddlewareHandler, number, string | undefined]>([
    ['a bad token before none', () => anyOf(refused('missing_token'), refused('invalid_token', 'b')), 401, 'b'],
    [
      'a malformed one before a bad one',
      () => anyOf(refused('invalid_token', 'b'), refused('invalid_request')),
      400,
      'a',
    ],
    [
      'an outage before a bad token',
      () => anyOf(refused('invalid_token'), refused('temporarily_unavailable')),
      503,
      undefined,
    ],
    [
      'a scope before an outage',
      () => anyOf(refused('temporarily_unavailable'), refused('insufficient_scope')),
      403,
      'a',
    ],
    ["another's answer", () => anyOf(refused('invalid_token'), key), 403, 'a'],
    ['a BearerError that is thrown', () => anyOf(refused('missing_token'), thrown), 401, 'thrown'],
    ['the first of equals', () => anyOf(refused('invalid_token', 'b'), refused('invalid_token')), 401, 'b'],
  ])('%s', async ([, build, status, realm]) => {
    const answer = await ask(answering(build()), '/')
    expect(answer.status).toBe(status)
    expect(/^Bearer realm="(\w+)"/.exec(`${answer.headers['www-authenticate']}`)?.[1]).toBe(realm)
  })
})

describe('what is no refusal ends the search', () => {
  test('a failure', async () => {
    const broken: MiddlewareHandler = async () => {
      throw new TypeError('broken')
    }
    const app = new Hono().use(anyOf(broken, async (_c, next) => await next())).get('/', whoAmI)
    app.onError((error, c) => c.text(error.message, 500))
    expect(await ask(app, '/')).toMatchObject({ status: 500, body: 'broken' })
  })

  test.for<[string, MiddlewareHandler, number]>([
    ['a redirect', async (c) => c.redirect('/login'), 302],
    [
      'another exception',
      async () => {
        throw new HTTPException(429, { message: 'slow down' })
      },
      429,
    ],
  ])('%s', async ([, middleware, status]) => {
    expect((await ask(answering(anyOf(middleware, async (_c, next) => await next())), '/')).status).toBe(status)
  })
})

test.for<[string, readonly unknown[]]>([
  ['nothing', []],
  ['a scope', ['accounts:read', 'cards:read']],
  ['one that is none', [basic, undefined]],
])('%s is a TypeError', ([, given]) => {
  expect(() => Reflect.apply(anyOf, undefined, given)).toThrow('takes middlewares')
})

test('its variables are typed', () => {
  const verifier = createVerifier({ ...issuer.options, scopes })
  const session = createMiddleware<{ Variables: { user: string } }>(async (_c, next) => await next())
  type Token = AccessToken<Scope>
  new Hono().use(anyOf(bearer(verifier), session)).get('/', (c) => {
    expectTypeOf(c.var.token).toEqualTypeOf<Token | undefined>()
    expectTypeOf(c.var.user).toEqualTypeOf<string | undefined>()
    return c.json({})
  })
  new Hono().use(anyOf(bearer(verifier), basic)).get('/', (c) => {
    expectTypeOf(c.var.token).toEqualTypeOf<Token | undefined>()
    return c.json({})
  })
  new Hono().use(anyOf(bearer(verifier), bearer())).get('/', (c) => {
    expectTypeOf(c.var.token).toEqualTypeOf<Token | AccessToken>()
    return c.json({})
  })
})
