import { readFileSync } from 'node:fs'
import { denylist } from '@auth/core'
import type { IssueOptions } from '@auth/testing'
import { Hono, type MiddlewareHandler } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { getCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyOf, bearer } from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'
import { whoAmI } from './support/server.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

/** Sends one request through middlewares, and says what came of it. */
async function ask(middlewares: readonly MiddlewareHandler[], headers: Record<string, string> = {}, env: object = {}) {
  const app = new Hono()
  for (const each of middlewares) app.use(each)
  app.get('/', whoAmI)
  const response = await app.request('/', { headers }, env)
  const challenge = response.headers.get('www-authenticate')
  return { status: response.status, challenge, body: await response.text() }
}

const sent = async (how?: IssueOptions) => ({ authorization: await issuer.bearer(how) })
const ada = { status: 200, body: expect.stringContaining('"subject":"ada"') }
const refused = { status: 401, challenge: expect.stringContaining('error="invalid_token"') }

/** The recipe of the README: a token that comes elsewhere is put where RFC 6750 wants it. */
const authorizationFrom = (find: (c: Parameters<MiddlewareHandler>[0]) => string | undefined): MiddlewareHandler =>
  createMiddleware(async (c, next) => {
    const token = find(c)
    if (token !== undefined && c.req.header('authorization') === undefined) {
      const headers = new Headers(c.req.raw.headers)
      headers.set('authorization', `Bearer ${token}`)
      c.req.raw = new Request(c.req.raw, { headers })
    }
    await next()
  })

/** Each row of the README's tables by its first cell, and what shows that the second one is true. */
const rows: Readonly<Record<string, () => Promise<void>>> = {
  '`token`, `hashFunction`': async () => {
    const own = bearerAuth({ token: 'our-own-token', hashFunction: (text: string) => text })
    const both = anyOf(bearer(issuer.verifier()), own)
    expect(await ask([both], { authorization: 'Bearer our-own-token' })).toMatchObject({ status: 200 })
    expect(await ask([both], await sent())).toMatchObject(ada)
    expect(await ask([both], { authorization: 'Bearer another' })).toMatchObject(refused)
  },
  '`verifyToken`': async () => {
    const both = anyOf(bearer(issuer.verifier()), bearerAuth({ verifyToken: (token) => token.startsWith('ok-') }))
    expect(await ask([both], { authorization: 'Bearer ok-1' })).toMatchObject({ status: 200 })
    expect(await ask([both], { authorization: 'Bearer no-1' })).toMatchObject(refused)
    const revoked = bearer({ ...issuer.options, revocation: denylist(({ subject }) => subject === 'ada') })
    expect(await ask([revoked], await sent())).toMatchObject(refused)
  },
  '`realm`': async () => {
    const challenge = 'Bearer realm="things"'
    expect(await ask([bearer({ ...issuer.options, realm: 'things' })])).toMatchObject({ status: 401, challenge })
  },
  '`prefix`, `headerName`': async () => {
    const from = authorizationFrom((c) => c.req.header('x-token')?.replace(/^Token /, ''))
    const [, token = ''] = (await issuer.bearer()).split(' ')
    expect(await ask([from, bearer(issuer.verifier())], { 'x-token': `Token ${token}` })).toMatchObject(ada)
    expect(await ask([from, bearer(issuer.verifier())])).toMatchObject({ status: 401 })
  },
  '`noAuthenticationHeader`, `invalidAuthenticationHeader`, `invalidToken`: `message`': async () => {
    const reworded = createMiddleware(async (c, next) => {
      await next()
      if (c.res.status === 400 || c.res.status === 401) c.res = new Response('Please log in', c.res)
    })
    const both = [reworded, bearer(issuer.verifier())]
    const body = 'Please log in'
    expect(await ask(both)).toMatchObject({ status: 401, body, challenge: 'Bearer realm="accounts"' })
    expect(await ask(both, { authorization: 'Bearer' })).toMatchObject({ status: 400, body })
    expect(await ask(both, { authorization: 'Bearer x' })).toMatchObject({ ...refused, body })
  },
  '…: `wwwAuthenticateHeader`': async () => {
    const alongside = createMiddleware(async (c, next) => {
      await next()
      if (c.res.status === 401) c.header('WWW-Authenticate', 'Basic realm="people"', { append: true })
    })
    const challenge = 'Bearer realm="accounts", Basic realm="people"'
    expect(await ask([alongside, bearer(issuer.verifier())])).toMatchObject({ status: 401, challenge })
  },
  '`keys`': async () => {
    const keys = issuer.server.doorways.portx.jwks()
    expect(await ask([bearer({ ...issuer.options, jwks: keys })], await sent())).toMatchObject(ada)
  },
  '`jwks_uri`': async () => {
    const { issuer: name, audience, jwks } = issuer.options
    expect(await ask([bearer({ issuer: name, audience, jwks })], await sent())).toMatchObject(ada)
    expect(await ask([bearer({ issuer: name, audience })], await sent())).toMatchObject(ada)
  },
  '`keys`, `jwks_uri` as functions': async () => {
    const byEnv = bearer((c) => ({ ...issuer.options, jwks: c.env.KEYS }))
    expect(await ask([byEnv], await sent(), { KEYS: issuer.options.jwks })).toMatchObject(ada)
  },
  '`alg`': async () => {
    expect(await ask([bearer({ ...issuer.options, algorithms: ['RS256'] })], await sent())).toMatchObject(ada)
    expect(await ask([bearer({ ...issuer.options, algorithms: ['ES256'] })], await sent())).toMatchObject(refused)
  },
  '`allow_anon`': async () => {
    const optional = bearer(issuer.verifier(), { optional: true })
    expect(await ask([optional])).toMatchObject({ status: 200, body: '{"token":null}' })
    expect(await ask([optional], { authorization: 'Bearer x' })).toMatchObject(refused)
  },
  '`cookie`': async () => {
    const from = authorizationFrom((c) => getCookie(c, 'token'))
    const [, token = ''] = (await issuer.bearer()).split(' ')
    expect(await ask([from, bearer(issuer.verifier())], { cookie: `token=${token}` })).toMatchObject(ada)
  },
  '`verification.iss`': async () => {
    expect(await ask([bearer(issuer.verifier())], await sent({ issuer: 'https://other.test' }))).toMatchObject(refused)
  },
  '`verification.aud`': async () => {
    expect(await ask([bearer(issuer.verifier())], await sent({ audience: 'https://other.test' }))).toMatchObject(
      refused,
    )
  },
  '`verification.exp`, `nbf`, `iat`': async () => {
    const strict = bearer({ ...issuer.options, clockTolerance: 0 })
    expect(await ask([strict], await sent({ expiresIn: -1 }))).toMatchObject(refused)
    expect(await ask([strict], await sent({ notBefore: 60 }))).toMatchObject(refused)
    const iat = Math.floor(Date.now() / 1000) + 60
    expect(await ask([strict], await sent({ claims: { iat } }))).toMatchObject(refused)
  },
  '`init`': async () => {
    const fetched: string[] = []
    const through: typeof fetch = (input, init) => {
      fetched.push(String(input))
      return fetch(input, { ...init, headers: { ...init?.headers, 'x-purpose': 'keys' } })
    }
    expect(await ask([bearer({ ...issuer.options, fetch: through })], await sent())).toMatchObject(ada)
    expect(fetched).toEqual([String(issuer.options.jwks)])
  },
  "`c.get('jwtPayload')`": async () => {
    const app = new Hono().use(bearer(issuer.verifier())).get('/', (c) => c.json(c.var.token.claims))
    const response = await app.request('/', { headers: await sent({ claims: { tenant: 'acme' } }) })
    expect(await response.json()).toMatchObject({ sub: 'ada', tenant: 'acme' })
  },
}

describe('each row of the README', () => {
  test.for(Object.entries(rows))('%s', async ([, show]) => await show())

  test('is shown here', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const section = readme.slice(readme.indexOf('## Coming from'), readme.indexOf('## Errors'))
    const cells = [...section.matchAll(/^\| (?<cell>[^|]+?) \|/gm)].map(({ groups }) => groups?.cell ?? '')
    const shown = cells.filter((cell) => /^[`…](?!hono\/)/.test(cell))
    expect(shown).toEqual(Object.keys(rows))
  })
})
