import { type Context, Hono } from 'hono'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { bearer, createHonoAuth } from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'
import { ask, call, listen, whoAmI } from './support/server.js'

let issuer: Issuer
let bindings: Record<string, string>

beforeAll(async () => {
  issuer = await startIssuer()
  const { portx } = issuer.server.doorways
  bindings = { AUTH_ISSUER: portx.issuer, AUTH_AUDIENCE: issuer.server.audience, AUTH_JWKS_URI: portx.jwksUri }
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

/** Asks as a Worker is asked: every request brings its bindings. */
async function askWorker(app: Pick<Hono, 'request'>, env: object, token: string): Promise<number> {
  return (await app.request('/', { headers: { authorization: token } }, env)).status
}

function keyRequests(): number {
  return issuer.server.doorways.portx.count('jwks')
}

describe('without an argument', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('the environment of the process is read at the first request, once', async () => {
    const app = new Hono().use(bearer()).get('/', whoAmI)
    for (const [name, value] of Object.entries(bindings)) vi.stubEnv(name, value)
    await using server = await listen(app)
    const token = await issuer.bearer()
    const before = keyRequests()
    expect((await call(server.url, [token])).status).toBe(200)
    vi.unstubAllEnvs()
    expect((await call(server.url, [token])).status).toBe(200)
    expect(keyRequests() - before).toBe(1)
  })

  test('one that is missing is named, and nobody gets in', async () => {
    const app = new Hono().use(bearer()).get('/', whoAmI)
    const seen: Error[] = []
    app.onError((error, c) => {
      seen.push(error)
      return c.text('failed', 500)
    })
    vi.stubEnv('AUTH_ISSUER', '')
    expect((await ask(app, '/', ['Bearer x'])).status).toBe(500)
    expect(seen).toEqual([expect.any(TypeError)])
    expect(seen[0]?.message).toContain('AUTH_ISSUER')
  })

  test.for<[string, () => Pick<Hono, 'request'>]>([
    ['bearer()', () => new Hono().use(bearer()).get('/', whoAmI)],
    ['createHonoAuth()', () => new Hono().use(createHonoAuth().bearer()).get('/', whoAmI)],
  ])('%s takes the bindings of c.env, and keeps the verifier of equal ones', async ([, create]) => {
    vi.stubEnv('AUTH_ISSUER', 'https://unused.example.test')
    const app = create()
    const token = await issuer.bearer()
    const before = keyRequests()
    expect(await askWorker(app, { ...bindings, KV: new Map() }, token)).toBe(200)
    expect(await askWorker(app, { ...bindings, KV: new Map() }, token)).toBe(200)
    expect(keyRequests() - before).toBe(1)
    expect(await askWorker(app, { ...bindings, AUTH_AUDIENCE: 'https://other.example.test' }, token)).toBe(401)
  })
})

describe('a function of the context', () => {
  interface Bindings {
    readonly ISSUER: string
    readonly AUDIENCE: string
  }

  test('is called for each request; equal options share a verifier, others do not', async () => {
    let calls = 0
    const app = new Hono()
      .use(
        bearer((c: Context<{ Bindings: Bindings }>) => {
          calls++
          const { ISSUER, AUDIENCE } = c.env
          return { issuers: [{ issuer: ISSUER, jwks: `${ISSUER}/jwks` }], audience: [AUDIENCE] }
        }),
      )
      .get('/', whoAmI)
    const { portx } = issuer.server.doorways
    const env = { ISSUER: portx.issuer, AUDIENCE: issuer.server.audience }
    const token = await issuer.bearer()
    const before = keyRequests()
    expect(await askWorker(app, { ...env }, token)).toBe(200)
    expect(await askWorker(app, { ...env }, token)).toBe(200)
    expect(keyRequests() - before).toBe(1)
    expect(await askWorker(app, { ...env, AUDIENCE: 'https://other.example.test' }, token)).toBe(401)
    expect(await askWorker(app, { ...env, ISSUER: 'https://other.example.test' }, token)).toBe(401)
    expect(await askWorker(app, { ...env }, token)).toBe(200)
    expect(calls).toBe(5)
  })

  test('no more than a hundred verifiers are kept', async () => {
    const { issuer: name, jwks } = issuer.options
    const app = new Hono()
      .use(
        bearer((c) => ({ issuer: name, jwks, audience: [issuer.server.audience, c.req.header('tenant') ?? 'none'] })),
      )
      .get('/', whoAmI)
    const authorization = await issuer.bearer()
    const before = keyRequests()
    const visit = async (tenant: string): Promise<number> => {
      expect((await app.request('/', { headers: { authorization, tenant } })).status).toBe(200)
      return keyRequests() - before
    }
    for (const tenant of Array.from({ length: 100 }, (_, i) => `tenant-${i}`)) await visit(tenant)
    // The one that was used last stays, however many others come.
    expect(await visit('tenant-0')).toBe(100)
    expect(await visit('one-more')).toBe(101)
    expect(await visit('tenant-0')).toBe(101)
    expect(await visit('tenant-1')).toBe(102)
  })

  test('that changes one object and returns it again gets no earlier verifier', async () => {
    const { issuer: name, jwks } = issuer.options
    const audience = [issuer.server.audience]
    const options = { issuer: name, jwks, audience }
    const app = new Hono()
      .use(
        bearer((c) => {
          audience[0] = c.req.header('tenant') ?? issuer.server.audience
          return options
        }),
      )
      .get('/', whoAmI)
    const authorization = await issuer.bearer()
    expect((await app.request('/', { headers: { authorization } })).status).toBe(200)
    const tenant = 'https://other.example.test'
    expect((await app.request('/', { headers: { authorization, tenant } })).status).toBe(401)
  })

  test('that changes one object does not change the verifier made of it', async () => {
    const { issuer: name, jwks, audience } = issuer.options
    const from = ['scope']
    // The keys are fetched while the first request is on its way: the moment to change what it was started with.
    const changing: typeof fetch = (...parameters) => {
      from[0] = 'other'
      return fetch(...parameters)
    }
    const app = new Hono()
      .use(bearer(() => ({ issuer: name, jwks, audience, scopeMapping: { from }, fetch: changing })))
      .get('/', whoAmI)
    const authorization = await issuer.bearer({ scope: 'accounts:read' })
    const answer = await app.request('/', { headers: { authorization } })
    expect(from).toEqual(['other'])
    expect(await answer.json()).toMatchObject({ token: { scopes: ['accounts:read'] } })
  })

  test('its wrong options are a TypeError at the request', async () => {
    const app = new Hono().use(bearer(() => ({ issuer: 'https://as.example.test' }))).get('/', whoAmI)
    const seen: Error[] = []
    app.onError((error, c) => {
      seen.push(error)
      return c.text('failed', 500)
    })
    expect((await ask(app, '/', ['Bearer x'])).status).toBe(500)
    expect(seen).toEqual([expect.any(TypeError)])
  })
})

test.for<[string, () => unknown]>([
  ['bearer', () => bearer({ issuer: 'https://as.example.test' })],
  ['createHonoAuth', () => createHonoAuth({ issuer: 'https://as.example.test' })],
])('%s refuses wrong options at once', ([, create]) => {
  expect(create).toThrow(TypeError)
})

test.for([null, undefined, 'https://as.example.test', 5])('%j is no source of a verifier', async (source) => {
  // Left out, it stands for the environment.
  if (source !== undefined) {
    expect(() => bearer(source as never)).toThrow(/a verifier or its options/)
    expect(() => createHonoAuth(source as never)).toThrow(/a verifier or its options/)
  }
  const app = new Hono().use(bearer(() => source as never)).get('/', whoAmI)
  const seen: Error[] = []
  app.onError((error, c) => {
    seen.push(error)
    return c.text('failed', 500)
  })
  expect((await ask(app, '/', ['Bearer x'])).status).toBe(500)
  expect(seen[0]?.message).toMatch(/a verifier or its options/)
})
