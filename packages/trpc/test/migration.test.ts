import { readFileSync } from 'node:fs'
import {
  allOf,
  anyOf,
  authorize,
  BearerError,
  createTokenClient,
  createVerifier,
  denylist,
  dpopProofs,
  type VerifierOptions,
} from '@auth/core'
import { portx } from '@auth/core/profiles'
import type { IssueOptions } from '@auth/testing'
import { createTRPCClient, createWSClient, httpBatchLink, wsLink } from '@trpc/client'
import { initTRPC, TRPCError } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthContext, type AuthMeta, authLink, authSocket, createTrpcAuth } from '../src/index.js'
import { type Issuer, scopes, startIssuer } from './support/issuer.js'
import { type Api, createApi, listen } from './support/server.js'
import { listenWs } from './support/sockets.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

const now = Math.floor(Date.now() / 1000)
const ada = { status: 200, data: expect.objectContaining({ subject: 'ada' }) }
const refused = { status: 401, challenge: expect.stringContaining('error="invalid_token"') }
const forbidden = { status: 403, challenge: expect.stringContaining('error="insufficient_scope"') }

/** An API whose verifier has other options, too. */
function apiWith(options: Partial<VerifierOptions> = {}) {
  const auth = createTrpcAuth(createVerifier({ ...issuer.options, ...options }))
  const t = initTRPC
    .context<AuthContext & { requestId: string }>()
    .meta<AuthMeta>()
    .create({ errorFormatter: auth.errorFormatter })
  const protectedProcedure = t.procedure.concat(auth.plugin)
  const router = t.router({
    me: protectedProcedure.query(({ ctx: { token, requestId } }) => ({
      subject: token.subject,
      claims: token.claims,
      requestId,
    })),
    write: t.procedure.concat(auth.scoped('accounts:write')).query(() => ({})),
    noted: protectedProcedure.meta({ scopes: 'accounts:write' }).query(() => ({})),
    decided: protectedProcedure.query(({ ctx }) => {
      authorize(ctx.token, 'accounts:write')
      return {}
    }),
    greet: t.procedure.query(({ ctx: { auth: found } }) => {
      if (found.error !== undefined && found.error.code !== 'missing_token') throw found.error
      return { subject: found.token?.subject ?? 'stranger' }
    }),
    both: t.procedure.concat(auth.scoped(allOf('a:read', 'b:read'))).query(() => ({})),
    either: t.procedure.concat(auth.scoped(anyOf('a:read', 'b:read'))).query(() => ({})),
    admin: protectedProcedure
      .use(({ ctx, next }) => {
        const { roles } = ctx.token.claims
        if (Array.isArray(roles) && roles.includes('admin')) return next()
        throw new TRPCError({ code: 'FORBIDDEN' })
      })
      .query(() => ({})),
  })
  return { auth, router }
}

/** Calls one procedure over HTTP, and says what came of it. */
async function ask(
  options: Partial<VerifierOptions>,
  authorization?: string,
  path = 'me',
  onError: (error: TRPCError) => void = () => {},
) {
  const { auth, router } = apiWith(options)
  const response = await fetchRequestHandler({
    endpoint: '/trpc',
    req: new Request(`https://api.example.test/trpc/${path}`, { headers: authorization ? { authorization } : {} }),
    router,
    createContext: async (given) => ({ ...(await auth.createContext(given)), requestId: 'request-1' }),
    responseMeta: auth.responseMeta,
    onError: ({ error }) => onError(error),
  })
  const { result, error }: { result?: { data: unknown }; error?: unknown } = JSON.parse(await response.text())
  const challenge = response.headers.get('www-authenticate') ?? ''
  return { status: response.status, challenge, data: result?.data, error }
}

const bearer = (claims: NonNullable<IssueOptions['claims']> = {}, how: IssueOptions = {}) =>
  issuer.bearer({ ...how, claims })
const withScope = (scope: string) => bearer({}, { scope })

/** Each row of the README's tables by its first cell, and what shows that the second one is true. */
const rows: Readonly<Record<string, () => Promise<void>>> = {
  '`createContext` that decodes `req.headers.authorization`': async () => {
    expect(await ask({}, await bearer())).toMatchObject({ status: 200, data: { requestId: 'request-1' } })
  },
  '`ctx.user`': async () => {
    expect(await ask({}, await bearer({ tenant: 'acme' }))).toMatchObject({
      data: { subject: 'ada', claims: { tenant: 'acme' } },
    })
  },
  'a middleware that throws `UNAUTHORIZED`': async () => {
    expect(await ask({})).toMatchObject({ status: 401, challenge: 'Bearer realm="accounts"' })
    expect(await ask({}, 'Bearer garbage')).toMatchObject(refused)
  },
  'one that throws `FORBIDDEN`': async () => {
    expect(await ask({}, await withScope('accounts:read'), 'write')).toMatchObject(forbidden)
    expect(await ask({}, await withScope('accounts:write'), 'write')).toMatchObject({ status: 200 })
  },
  '`meta: { authRequired: true }`': async () => {
    expect(await ask({}, await withScope('accounts:read'), 'noted')).toMatchObject(forbidden)
    expect(await ask({}, await withScope('accounts:write'), 'noted')).toMatchObject({ status: 200 })
  },
  'a check within a resolver': async () => {
    expect(await ask({}, await withScope('accounts:read'), 'decided')).toMatchObject(forbidden)
    expect(await ask({}, await withScope('accounts:write'), 'decided')).toMatchObject({ status: 200 })
  },
  'a public procedure that looks at `ctx.user`': async () => {
    expect(await ask({}, await bearer(), 'greet')).toMatchObject(ada)
    expect(await ask({}, undefined, 'greet')).toMatchObject({ status: 200, data: { subject: 'stranger' } })
  },
  '`headers()` of a link': async () => {
    await using server = await listen(createApi(issuer.verifier()).options)
    using client = clientFor(server.url)
    const trpc = createTRPCClient<Api>({
      links: [authLink(client.tokens, (fetch) => httpBatchLink({ url: server.url, fetch }))],
    })
    expect(await trpc.read.query()).toEqual(['accounts:read'])
  },
  '`retryLink` after an `UNAUTHORIZED`': async () => {
    const seen: string[] = []
    // The first token is refused, the second is not.
    const revocation = denylist(() => seen.push('a token') === 1)
    await using server = await listen(createApi(createVerifier({ ...issuer.options, scopes, revocation })).options)
    using client = clientFor(server.url)
    const trpc = createTRPCClient<Api>({
      links: [authLink(client.tokens, (fetch) => httpBatchLink({ url: server.url, fetch }))],
    })
    expect(await trpc.read.query()).toEqual(['accounts:read'])
    expect(seen).toHaveLength(2)
  },
  '`connectionParams` of `createWSClient`': async () => {
    await using server = await listenWs(createApi(issuer.verifier()).options)
    using client = clientFor(server.url.replace('ws', 'http'))
    const socket = createWSClient(authSocket(client.tokens, server.url))
    const trpc = createTRPCClient<Api>({
      links: [authLink(client.tokens, () => wsLink({ client: socket }), { socket })],
    })
    expect(await trpc.read.query()).toEqual(['accounts:read'])
    await socket.close()
  },
  '`auth()`': async () => {
    expect(await ask({}, await bearer())).toMatchObject(ada)
    expect(await ask({})).toMatchObject({ status: 401, challenge: 'Bearer realm="accounts"' })
  },
  '`issuerBaseURL`, `issuer`, `jwksUri`': async () => {
    expect(await ask({ jwks: undefined }, await bearer())).toMatchObject(ada)
    expect(await ask({}, await bearer())).toMatchObject(ada)
    expect(await ask({ issuer: 'https://other.example.test' }, await bearer())).toMatchObject(refused)
  },
  '`audience`': async () => {
    const audience = ['https://a.example.test', issuer.server.audience]
    expect(await ask({ audience }, await bearer())).toMatchObject(ada)
    expect(await ask({ audience: 'https://a.example.test' }, await bearer())).toMatchObject(refused)
  },
  '`secret`': async () => {
    expect(() => createVerifier({ ...issuer.options, algorithms: ['HS256'] })).toThrow(TypeError)
  },
  '`tokenSigningAlg`': async () => {
    expect(await ask({ algorithms: ['RS256'] }, await bearer())).toMatchObject(ada)
    expect(await ask({ algorithms: ['ES256'] }, await bearer())).toMatchObject(refused)
  },
  '`clockTolerance`, `maxTokenAge`': async () => {
    expect(await ask({ clockTolerance: 250 }, await bearer({ iat: now - 200, exp: now - 100 }))).toMatchObject(ada)
    expect(await ask({ maxTokenAge: 60 }, await bearer({ iat: now - 200 }))).toMatchObject(refused)
  },
  '`strict`': async () => {
    const strict = { typ: ['at+jwt'], requiredClaims: ['sub', 'client_id', 'iat', 'tenant'] }
    expect(await ask(strict, await bearer())).toMatchObject(refused)
    expect(await ask(strict, await issuer.bearer({ header: { typ: 'at+jwt' }, claims: strictClaims }))).toMatchObject(
      ada,
    )
  },
  '`authRequired: false`': async () => {
    expect(await ask({}, undefined, 'greet')).toMatchObject({ status: 200, data: { subject: 'stranger' } })
    expect(await ask({}, 'Bearer garbage', 'greet')).toMatchObject(refused)
  },
  '`validators`, `claimEquals`': async () => {
    const require = [{ path: 'tenant', equals: 'acme' }] as const
    expect(await ask({ require }, await bearer())).toMatchObject(refused)
    expect(await ask({ require }, await bearer({ tenant: 'acme' }))).toMatchObject(ada)
  },
  '`claimIncludes`, `claimCheck`': async () => {
    expect(await ask({}, await bearer({ roles: ['user'] }), 'admin')).toMatchObject({ status: 403 })
    expect(await ask({}, await bearer({ roles: ['user', 'admin'] }), 'admin')).toMatchObject({ status: 200 })
  },
  '`cacheMaxAge`, `cooldownDuration`, `timeoutDuration`': async () => {
    const { portx: doorway } = issuer.server.doorways
    await using server = await listen(createApi(issuer.verifier()).options)
    doorway.clearRequests()
    const headers = { authorization: await withScope('accounts:read') }
    for (const _ of [1, 2, 3]) expect((await fetch(`${server.url}/read`, { headers })).status).toBe(200)
    expect(doorway.count('jwks')).toBe(1)
  },
  '`agent`': async () => {
    const fetched: string[] = []
    const through: typeof fetch = async (input, init) => {
      fetched.push(String(input))
      return await fetch(input, init)
    }
    expect(await ask({ fetch: through }, await bearer())).toMatchObject(ada)
    expect(fetched).toEqual([issuer.options.jwks])
  },
  '`dpop`': async () => {
    const dpop = dpopProofs({ origin: 'https://api.example.test' })
    const bound = await bearer({ cnf: { jkt: 'A'.repeat(43) } })
    const { challenge } = await ask({ dpop }, bound.replace('Bearer', 'DPoP'))
    expect(challenge).toMatch(/DPoP .*error="invalid_dpop_proof"/)
  },
  '`requiredScopes`': async () => {
    expect(await ask({}, await withScope('a:read'), 'both')).toMatchObject(forbidden)
    expect(await ask({}, await withScope('a:read b:read'), 'both')).toMatchObject({ status: 200 })
  },
  '`scopeIncludesAny`': async () => {
    expect(await ask({}, await withScope('c:read'), 'either')).toMatchObject(forbidden)
    expect(await ask({}, await withScope('b:read'), 'either')).toMatchObject({ status: 200 })
  },
  '`req.auth`': async () => {
    expect(await ask({}, await bearer())).toMatchObject(ada)
  },
  '`UnauthorizedError` and its kin': async () => {
    const errors: TRPCError[] = []
    await ask({}, 'Bearer garbage', 'me', (error) => errors.push(error))
    const [cause] = errors.map((error) => error.cause)
    expect(cause).toBeInstanceOf(BearerError)
    expect(cause).toMatchObject({ code: 'invalid_token', reason: expect.any(String) })
  },
}

const strictClaims = { tenant: 'acme', client_id: 'a-client' }

describe('each row of the README', () => {
  test.for(Object.entries(rows))('%s', async ([, show]) => await show())

  test('is shown here', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const section = readme.slice(readme.indexOf('## Coming from'), readme.indexOf('## Errors'))
    const lines = section.split('\n').filter((line) => /^\| (?!.*\| here \|$)/.test(line))
    expect(lines.map((line) => line.split(' | ')[0]?.slice(2))).toEqual(Object.keys(rows))
  })
})

/** A token client that ends with the test. */
function clientFor(url: string) {
  const { base, client } = issuer.server.doorways.portx
  const tokens = createTokenClient({
    profile: portx({ base }),
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    scope: 'accounts:read',
    allowedOrigins: [url],
  })
  return { tokens, [Symbol.dispose]: () => tokens.close() }
}
