import { BearerError, createVerifier } from '@auth/core'
import { initTRPC } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type ContextOptions, createAuthContext } from '../src/index.js'
import { type Issuer, scopes, startIssuer } from './support/issuer.js'
import { createApi } from './support/server.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

const url = 'http://api.example.test/trpc/read'

describe('every kind of request', () => {
  const kinds: readonly (readonly [string, (authorization: string) => ContextOptions['req']])[] = [
    ['a Request', (authorization) => new Request(url, { headers: { authorization } })],
    [
      "Node's",
      (authorization) => ({
        method: 'GET',
        url: '/read',
        headers: { authorization },
        rawHeaders: ['Authorization', authorization],
      }),
    ],
    [
      "Express's",
      (authorization) => ({
        method: 'GET',
        url: '/read',
        originalUrl: '/trpc/read',
        headers: { authorization },
        rawHeaders: ['Authorization', authorization],
      }),
    ],
    [
      "Fastify's",
      (authorization) => ({
        method: 'GET',
        url: '/trpc/read',
        headers: { authorization },
        raw: {
          method: 'GET',
          url: '/trpc/read',
          headers: { authorization },
          rawHeaders: ['Authorization', authorization],
        },
      }),
    ],
  ]

  test.for(kinds)('%s is authenticated', async ([, make]) => {
    const createContext = createAuthContext(issuer.verifier())
    const good = await createContext({ req: make(await issuer.bearer({ scope: 'cards:read' })) })
    expect(good.auth.error).toBeUndefined()
    expect(good.auth.token).toMatchObject({ subject: 'ada', scopes: ['cards:read'] })
    const bad = await createContext({ req: make('Bearer garbage') })
    expect(bad.auth.token).toBeUndefined()
    expect(bad.auth.error).toBeInstanceOf(BearerError)
    expect(bad.auth.error).toMatchObject({ code: 'invalid_token' })
  })

  test('a second field that only the raw ones show is seen, behind Fastify too', async () => {
    const createContext = createAuthContext(issuer.verifier())
    const good = await issuer.bearer()
    const node = { headers: { authorization: good }, rawHeaders: ['Authorization', good, 'authorization', good] }
    for (const req of [node, { headers: node.headers, raw: node }]) {
      expect((await createContext({ req })).auth.error).toMatchObject({ code: 'invalid_request', status: 400 })
    }
  })
})

test('the fetch adapter is served', async () => {
  const { options } = createApi(issuer.verifier())
  const ask = async (authorization: string): Promise<Response> =>
    await fetchRequestHandler({ ...options, endpoint: '/trpc', req: new Request(url, { headers: { authorization } }) })
  expect((await ask(await issuer.bearer({ scope: 'accounts:read' }))).status).toBe(200)
  const refused = await ask('Bearer garbage')
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
})

describe('where the verifier comes from', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('the environment, read at the first request', async () => {
    const createContext = createAuthContext()
    const { portx } = issuer.server.doorways
    vi.stubEnv('AUTH_ISSUER', portx.issuer)
    vi.stubEnv('AUTH_AUDIENCE', issuer.server.audience)
    vi.stubEnv('AUTH_JWKS_URI', portx.jwksUri)
    const authorization = await issuer.bearer()
    expect((await createContext({ req: new Request(url, { headers: { authorization } }) })).auth.token).toBeDefined()
  })

  test('an environment that lacks something is named, and is no refusal', async () => {
    vi.stubEnv('AUTH_ISSUER', '')
    await expect(createAuthContext()({ req: new Request(url) })).rejects.toThrow(TypeError)
    await expect(createAuthContext()({ req: new Request(url) })).rejects.toThrow('AUTH_ISSUER')
  })

  test('options', async () => {
    const createContext = createAuthContext({ ...issuer.options, scopes })
    const authorization = await issuer.bearer()
    expect((await createContext({ req: new Request(url, { headers: { authorization } }) })).auth.token).toBeDefined()
  })

  test('wrong options are a TypeError at once', () => {
    expect(() => createAuthContext({ issuer: 'https://as.example.test' })).toThrow(TypeError)
  })
})

describe('without HTTP', () => {
  test('a caller is given a token that was verified', async () => {
    const verifier = issuer.verifier()
    const [, jwt = ''] = (await issuer.bearer({ scope: 'accounts:read' })).split(' ')
    const caller = createApi(verifier).router.createCaller({ auth: { token: await verifier.verify(jwt) } })
    expect(await caller.read()).toEqual(['accounts:read'])
    await expect(caller.write()).rejects.toMatchObject({
      name: 'TRPCError',
      code: 'FORBIDDEN',
      message: 'The access token lacks a required scope',
      cause: { code: 'insufficient_scope' },
    })
    await expect(caller.decidedInside()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  test("another verifier's token is a mistake of the programmer, and nobody gets in", async () => {
    const other = issuer.verifier()
    const [, jwt = ''] = (await issuer.bearer({ scope: 'accounts:read' })).split(' ')
    const caller = createApi(issuer.verifier()).router.createCaller({ auth: { token: await other.verify(jwt) } })
    await expect(caller.read()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR', cause: expect.any(TypeError) })
  })

  test('a context without auth is one, too', async () => {
    const caller = createApi(issuer.verifier()).router.createCaller(JSON.parse('{}'))
    await expect(caller.authenticated()).rejects.toThrow('the context has no auth')
    await expect(caller.read()).rejects.toThrow('the context has no auth')
  })

  test('a scope in the metadata that is none is one, too', async () => {
    const verifier = issuer.verifier()
    const { auth } = createApi(verifier)
    const unset: object = { scopes: undefined }
    const [, jwt = ''] = (await issuer.bearer()).split(' ')
    const router = initTRPC.create().router({
      list: auth.plugin.meta(JSON.parse('{"scopes":[]}')).query(() => []),
      unset: auth.plugin.meta(unset).query(() => []),
    })
    const caller = router.createCaller({ auth: { token: await verifier.verify(jwt) } })
    await expect(caller.list()).rejects.toThrow('a policy is a scope')
    await expect(caller.unset()).rejects.toThrow('a policy is a scope')
  })
})

test('a context that outlives its token, as that of a socket does, is looked at again', async () => {
  const seconds = Math.floor(Date.now() / 1000)
  let now = (seconds - 60) * 1000
  const verifier = createVerifier({ ...issuer.options, scopes, clockTolerance: 0, now: () => now })
  const { router, auth } = createApi(verifier)
  const authorization = await issuer.bearer({ expiresIn: -30 })
  const context = await auth.createContext({ req: new Request(url, { headers: { authorization } }) })
  const caller = router.createCaller(context)
  expect(await caller.authenticated()).toContain('accounts:read')
  now = seconds * 1000
  await expect(caller.authenticated()).rejects.toMatchObject({ code: 'UNAUTHORIZED', cause: { code: 'invalid_token' } })
})
