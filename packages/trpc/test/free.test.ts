import { anyOf, type RequestLike, type Verifier } from '@auth/core'
import { initTRPC } from '@trpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type AuthContext,
  type AuthMeta,
  authPlugin,
  createAuthContext,
  protectedProcedure,
  responseMeta,
  scoped,
} from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'
import { type Listening, listen } from './support/server.js'

let issuer: Issuer
let server: Listening

beforeAll(async () => {
  issuer = await startIssuer()
  // Neither a formatter nor production: the procedures themselves see to it that no stack gets out.
  const t = initTRPC.context<AuthContext>().meta<AuthMeta>().create({ isDev: true })
  const router = t.router({
    me: protectedProcedure.query(({ ctx }) => ctx.token.subject),
    plugged: t.procedure
      .concat(authPlugin())
      .meta({ scopes: 'cards:read' })
      .query(() => 'granted'),
    scoped: t.procedure.concat(scoped('accounts:read', anyOf('accounts:write', 'cards:read'))).query(() => 'granted'),
  })
  server = await listen({ router, createContext: createAuthContext(issuer.verifier()), responseMeta })
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

async function call(path: string, authorization?: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(
    `${server.url}/${path}`,
    authorization === undefined ? {} : { headers: { authorization } },
  )
  return { status: response.status, body: await response.json() }
}

test.for<[string, string, number]>([
  ['me', '', 200],
  ['plugged', 'cards:read', 200],
  ['plugged', 'accounts:read', 403],
  ['scoped', 'accounts:read cards:read', 200],
  ['scoped', 'accounts:read', 403],
  ['scoped', 'cards:read', 403],
])('%s with "%s": %i', async ([path, scope, status]) => {
  expect((await call(path, await issuer.bearer({ scope }))).status).toBe(status)
})

test.for(['me', 'plugged', 'scoped'])('%s carries the answer of a refusal, and no stack', async (path) => {
  const challenge = 'Bearer realm="accounts"'
  expect(await call(path)).toEqual({
    status: 401,
    body: {
      error: {
        message: 'Unauthorized',
        code: -32001,
        data: { code: 'UNAUTHORIZED', httpStatus: 401, path, auth: { message: 'Unauthorized' }, challenge },
      },
    },
  })
})

describe('what the verifier is shown', () => {
  test("is the target as it was sent, where Express's router has cut it", async () => {
    const shown: RequestLike[] = []
    const genuine = issuer.verifier()
    const verifier: Verifier = {
      ...genuine,
      authenticate: async (request) => {
        shown.push(request)
        return await genuine.authenticate(request)
      },
    }
    const headers = { authorization: await issuer.bearer() }
    const { auth } = await createAuthContext(verifier)({
      req: { method: 'GET', url: '/me', originalUrl: '/trpc/me', headers },
    })
    expect(auth.token).toBeDefined()
    expect(shown).toMatchObject([{ method: 'GET', url: '/trpc/me' }])
  })
})
