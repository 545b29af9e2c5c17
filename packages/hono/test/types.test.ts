import { type AccessToken, createVerifier, type TokenOf } from '@auth/core'
import { Hono } from 'hono'
import { hc } from 'hono/client'
import { expect, expectTypeOf, test } from 'vitest'
import { type AuthEnv, bearer, createHonoAuth, requireScopes } from '../src/index.js'
import { type Scope, scopes } from './support/issuer.js'

interface Tenant {
  readonly tenant: string
}

/** A Standard Schema, as zod and others make them. */
const claims = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown): { value: Tenant } | { issues: { message: string }[] } =>
      typeof value === 'object' && value !== null && 'tenant' in value && typeof value.tenant === 'string'
        ? { value: { tenant: value.tenant } }
        : { issues: [{ message: 'tenant is missing' }] },
  },
} as const

const options = { issuer: 'https://as.example.test', audience: 'https://api.example.test', scopes, claims }
const verifier = createVerifier(options)
const auth = createHonoAuth(verifier)
type Token = AccessToken<Scope, Tenant>

test('c.var.token is typed through chained handlers, by verifier, options or function', () => {
  new Hono().use(bearer(verifier)).get('/', (c) => {
    expectTypeOf(c.var.token).toEqualTypeOf<Token>()
    expectTypeOf(c.get('token')).toEqualTypeOf<Token>()
    return c.json(c.var.token.claims.tenant)
  })
  new Hono().get('/', bearer(options), (c) => {
    expectTypeOf(c.var.token).toEqualTypeOf<Token>()
    return c.json({})
  })
  new Hono().get(
    '/',
    bearer(() => verifier),
    (c) => {
      expectTypeOf(c.var.token).toEqualTypeOf<Token>()
      return c.json({})
    },
  )
  new Hono().get('/', auth.requireScopes('accounts:read'), (c) => {
    expectTypeOf(c.var.token).toEqualTypeOf<Token>()
    return c.json({})
  })
  new Hono().use(bearer()).get('/', requireScopes('accounts:read'), (c) => {
    expectTypeOf(c.var.token).toEqualTypeOf<AccessToken>()
    return c.json({})
  })
})

test('clients of hc know what handlers make of it', () => {
  const app = new Hono()
    .get('/free', bearer(verifier), (c) => c.json({ tenant: c.var.token.claims.tenant, scopes: c.var.token.scopes }))
    .get('/bound', auth.requireScopes('accounts:read'), (c) => c.json({ tenant: c.var.token.claims.tenant }))
    .use('/inner/*', auth.bearer())
    .get('/inner/:id', (c) => c.json({ id: c.req.param('id'), subject: c.var.token.subject ?? null }))
  const client = hc<typeof app>('https://api.example.test')
  type Body<F extends (...args: never) => Promise<{ json(): Promise<unknown> }>> = Awaited<
    ReturnType<Awaited<ReturnType<F>>['json']>
  >
  expectTypeOf<Body<typeof client.free.$get>>().toEqualTypeOf<{ tenant: string; scopes: readonly Scope[] }>()
  expectTypeOf<Body<typeof client.bound.$get>>().toEqualTypeOf<{ tenant: string }>()
  expectTypeOf<Body<(typeof client.inner)[':id']['$get']>>().toEqualTypeOf<{ id: string; subject: string | null }>()
})

test('it may be absent where authentication is optional', () => {
  new Hono().use(bearer(verifier, { optional: true })).get('/', (c) => {
    expectTypeOf(c.var.token).toEqualTypeOf<Token | undefined>()
    return c.json({})
  })
  const undecided: boolean = Math.random() < 2
  new Hono().use(auth.bearer({ optional: undecided })).get('/', (c) => {
    expectTypeOf(c.var.token).toEqualTypeOf<Token | undefined>()
    return c.json({})
  })
  new Hono().use(bearer(verifier, { optional: false })).get('/', (c) => {
    expectTypeOf(c.var.token).toEqualTypeOf<Token>()
    return c.json({})
  })
})

test('it is not there where the adapter did not run', () => {
  new Hono().get('/', (c) => {
    // @ts-expect-error: nobody set a token
    return c.json(c.var.token)
  })
  new Hono().get('/', requireScopes('accounts:read'), (c) => {
    expectTypeOf(c.var).not.toHaveProperty('token')
    return c.json({})
  })
})

test('sub-applications say what they are given', () => {
  const inner = new Hono<AuthEnv<TokenOf<typeof verifier>>>().get('/', (c) => {
    expectTypeOf(c.var.token).toEqualTypeOf<Token>()
    return c.json({})
  })
  new Hono().use(auth.bearer()).route('/inner', inner)
})

test('a misspelt scope does not compile', () => {
  expectTypeOf(auth.requireScopes).parameter(0).extract<string>().toEqualTypeOf<Scope>()
  // @ts-expect-error: a misspelt scope
  expect(() => auth.requireScopes('acounts:read')).toThrow(TypeError)
  // @ts-expect-error: a misspelt scope among others
  expect(() => auth.requireScopes('accounts:read', { anyOf: ['cards:raed'] })).toThrow(TypeError)
  // @ts-expect-error: no policy
  expect(() => auth.requireScopes()).toThrow(TypeError)
  // @ts-expect-error: not among the options' scopes
  expect(() => createHonoAuth(options).requireScopes('acounts:read')).toThrow(TypeError)
})
