import { type AccessToken, createVerifier, type TokenOf } from '@auth/core'
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import { expect, expectTypeOf, test } from 'vitest'
import {
  type AuthContext,
  type AuthMeta,
  authPlugin,
  createAuthContext,
  createTrpcAuth,
  protectedProcedure,
  type RefusalBody,
  scoped,
} from '../src/index.js'
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

const verifier = createVerifier({
  issuer: 'https://as.example.test',
  audience: 'https://api.example.test',
  scopes,
  claims,
})
const auth = createTrpcAuth(verifier)
type Token = AccessToken<Scope, Tenant>

interface MyContext extends AuthContext<TokenOf<typeof verifier>> {
  readonly requestId: string
}

const t = initTRPC.context<MyContext>().meta<AuthMeta<Scope>>().create({ errorFormatter: auth.errorFormatter })

test('ctx.token is typed behind the plugin, beside the own context', () => {
  t.procedure.concat(auth.plugin).query(({ ctx }) => {
    expectTypeOf(ctx.token).toEqualTypeOf<Token>()
    expectTypeOf(ctx.requestId).toEqualTypeOf<string>()
    return ctx.token.claims.tenant
  })
  t.procedure
    .concat(auth.plugin)
    .concat(auth.scoped('accounts:read', scopes.anyOf('accounts:write', 'cards:read')))
    .query(({ ctx }) => {
      expectTypeOf(ctx.token).toEqualTypeOf<Token>()
      expectTypeOf(ctx.requestId).toEqualTypeOf<string>()
    })
  t.procedure.concat(auth.scoped('accounts:read')).query(({ ctx }) => {
    expectTypeOf(ctx.token).toEqualTypeOf<Token>()
  })
  t.procedure.concat(authPlugin<Scope, Tenant>()).query(({ ctx }) => {
    expectTypeOf(ctx.token).toEqualTypeOf<Token>()
  })
})

test('the free forms know any token', () => {
  const plain = initTRPC.context<AuthContext>().create()
  protectedProcedure.query(({ ctx }) => {
    expectTypeOf(ctx.token).toEqualTypeOf<AccessToken>()
  })
  plain.procedure.concat(authPlugin()).query(({ ctx }) => {
    expectTypeOf(ctx.token).toEqualTypeOf<AccessToken>()
  })
  plain.procedure.concat(scoped('accounts:read')).query(({ ctx }) => {
    expectTypeOf(ctx.token).toEqualTypeOf<AccessToken>()
  })
})

test('ctx.token is not there where the plugin did not run', () => {
  t.procedure.query(({ ctx }) => {
    expectTypeOf(ctx).not.toHaveProperty('token')
    expectTypeOf(ctx.auth.token).toEqualTypeOf<Token | undefined>()
  })
})

test('the plugin does not join a context without auth, or metadata that means something else by scopes', () => {
  const bare = initTRPC.context<{ requestId: string }>().create()
  // @ts-expect-error: no auth in the context
  bare.procedure.concat(auth.plugin)
  // @ts-expect-error: no auth in the context
  bare.procedure.concat(auth.scoped('accounts:read'))
  const other = initTRPC.context<MyContext>().meta<{ scopes: number }>().create()
  // @ts-expect-error: other metadata
  other.procedure.concat(auth.plugin)
  // What is in the metadata does not matter to a policy of its own.
  other.procedure.concat(auth.scoped('accounts:read'))
})

test('a misspelt scope does not compile', () => {
  expectTypeOf(auth.scoped).parameter(0).extract<string>().toEqualTypeOf<Scope>()
  // @ts-expect-error: a misspelt scope
  expect(() => auth.scoped('acounts:read')).toThrow(TypeError)
  // @ts-expect-error: a misspelt scope among others
  expect(() => auth.scoped('accounts:read', { anyOf: ['cards:raed'] })).toThrow(TypeError)
  // @ts-expect-error: no policy
  expect(() => auth.scoped()).toThrow(TypeError)
  // @ts-expect-error: an empty policy
  expect(() => scoped()).toThrow(TypeError)
  // @ts-expect-error: a misspelt scope in the metadata
  t.procedure.concat(auth.plugin).meta({ scopes: 'acounts:read' })
  t.procedure.concat(auth.plugin).meta({ scopes: scopes.allOf('accounts:read', 'cards:read') })
})

test('createContext is typed by its verifier', () => {
  expectTypeOf(createAuthContext(verifier)).returns.resolves.toEqualTypeOf<AuthContext<Token>>()
  expectTypeOf(createAuthContext()).returns.resolves.toEqualTypeOf<AuthContext>()
  expectTypeOf(auth.createContext).returns.resolves.toEqualTypeOf<AuthContext<Token>>()
})

test('clients know error.data.auth', () => {
  const router = t.router({ me: t.procedure.concat(auth.plugin).query(({ ctx }) => ctx.token.subject) })
  createTRPCClient<typeof router>({ links: [httpLink({ url: 'http://127.0.0.1' })] })
  const error = new TRPCClientError<typeof router>('refused')
  expectTypeOf(error.data?.auth).toEqualTypeOf<RefusalBody | undefined>()
  expectTypeOf(error.data?.challenge).toEqualTypeOf<string | undefined>()
  expectTypeOf(error.data?.code).extract<'UNAUTHORIZED'>().toEqualTypeOf<'UNAUTHORIZED'>()
})
