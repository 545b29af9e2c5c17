import { initTRPC } from '@trpc/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthContext, createAuthContext, createTrpcAuth, protectedProcedure } from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'
import { listen } from './support/server.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(() => issuer[Symbol.asyncDispose]())

/** A policy is asked of the verifier that accepted the token: context and procedures must share one. */
test.for(['options', 'the environment'])('everything bound to %s shares a verifier', async (source) => {
  const { issuer: name, audience, realm } = issuer.options
  Object.assign(process.env, { AUTH_ISSUER: name, AUTH_AUDIENCE: audience, AUTH_REALM: realm })
  const auth = source === 'options' ? createTrpcAuth(issuer.options) : createTrpcAuth()
  const t = initTRPC.context<AuthContext>().create()
  const router = t.router({ read: t.procedure.concat(auth.scoped('accounts:read')).query(() => 'granted') })
  await using server = await listen({ router, createContext: auth.createContext, responseMeta: auth.responseMeta })
  const statusOf = async (scope: string): Promise<number> => {
    const headers = { authorization: await issuer.bearer({ scope }) }
    return (await fetch(`${server.url}/read`, { headers })).status
  }
  expect([await statusOf('accounts:read'), await statusOf('cards:read')]).toEqual([200, 403])
})

/** Another API of the same issuer accepts tokens that were never meant for this one. */
test.for(['protectedProcedure', 'scoped'] as const)(
  'a %s takes no token that another verifier accepted',
  async (protection) => {
    const admin = createTrpcAuth({ ...issuer.options, audience: 'https://admin.example.test' })
    const api = createTrpcAuth(issuer.options)
    const t = initTRPC.context<AuthContext>().create()
    const guard = protection === 'scoped' ? admin.scoped('accounts:read') : admin.protectedProcedure
    const router = t.router({ secret: t.procedure.concat(guard).query(() => 'for admins only') })
    await using server = await listen({ router, createContext: api.createContext, responseMeta: api.responseMeta })
    const headers = { authorization: await issuer.bearer({ scope: 'accounts:read' }) }
    const response = await fetch(`${server.url}/secret`, { headers })
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('for admins only')
  },
)

test.for<[string, object]>([
  ['no verifier ever returned', { auth: { token: { scopes: ['accounts:read'], expiresAt: Number.MAX_SAFE_INTEGER } } }],
  ['is empty', { auth: {} }],
  ['is missing', {}],
])('a token that %s lets nobody in', async ([, context]) => {
  const t = initTRPC.context<AuthContext>().create()
  const router = t.router({ me: protectedProcedure.query(() => 'me') })
  const caller = router.createCaller(context as AuthContext)
  await expect(caller.me()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR', cause: expect.any(TypeError) })
})

test.for([null, 'https://as.example.com', 5])('%j is no source of a verifier', (source) => {
  expect(() => createAuthContext(source as never)).toThrow(/a verifier or its options/)
  expect(() => createTrpcAuth(source as never)).toThrow(/a verifier or its options/)
})
