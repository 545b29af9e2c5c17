import { type AccessToken, createVerifier, type Verifier } from '@auth/core'
import { expect, expectTypeOf, test } from 'vitest'
import { AuthModule, createNestAuth, OptionalAuth, RequireScopes, Token } from '../src/index.js'
import { createIssuer, type Scope, scopes } from './support/issuer.js'

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

const issuer = await createIssuer()
const verifier = createVerifier({ ...issuer.options, scopes, claims })

test.for([
  ['a verifier', createNestAuth(verifier)],
  ['its options', createNestAuth({ ...issuer.options, scopes, claims })],
  ['the catalogue and the schema alone', createNestAuth({ scopes, claims })],
] as const)('decorators bound to %s know scopes and claims', ([, auth]) => {
  class Controller {
    @auth.RequireScopes('accounts:read', scopes.anyOf('accounts:write', 'cards:read'))
    fits(
      @auth.Token() _token: AccessToken<Scope, Tenant>,
      @auth.Token('subject') _subject: string | undefined,
      @auth.Token('expiresAt') _expiresAt: number,
      @auth.Token('scopes') _scopes: readonly Scope[],
      @auth.Token('claims') _claims: { readonly tenant: string },
      @auth.Token() _wider?: AccessToken,
    ) {}

    misfits(
      // @ts-expect-error: a token is no string
      @auth.Token() _token: string,
      // @ts-expect-error: the subject may be absent
      @auth.Token('subject') _subject: string,
      // @ts-expect-error: other claims
      @auth.Token('claims') _claims: { readonly tenant: number },
      // @ts-expect-error: no such member
      @auth.Token('subjekt') _member: unknown,
    ) {}
  }
  expect(Controller).toBeDefined()
  expectTypeOf(auth.RequireScopes).parameter(0).extract<string>().toEqualTypeOf<Scope>()
  // @ts-expect-error: a misspelt scope
  expect(() => auth.RequireScopes('acounts:read')).toThrow(TypeError)
  // @ts-expect-error: a misspelt scope among others
  expect(() => auth.RequireScopes('accounts:read', { anyOf: ['cards:raed'] })).toThrow(TypeError)
  // @ts-expect-error: no policy
  expect(() => auth.RequireScopes()).toThrow(TypeError)
})

test('the free decorators take any scope and hand out any token', () => {
  class Controller {
    @RequireScopes('whatever:you-like')
    fits(@Token() _token: AccessToken, @Token('clientId') _clientId: string | undefined) {}

    misfits(
      // @ts-expect-error: a token is no string
      @Token() _token: string,
      // @ts-expect-error: which scopes it may hold is not known here
      @Token() _other: AccessToken<Scope>,
    ) {}
  }
  expect(Controller).toBeDefined()
})

test('a handler with optional authentication is aware that there may be no token', () => {
  const auth = createNestAuth(verifier)
  @OptionalAuth()
  class Controller {
    @OptionalAuth()
    fits(@Token() _token: AccessToken | undefined, @Token('subject') _subject: string | undefined, _id: string) {}

    // @ts-expect-error: there may be none
    @OptionalAuth()
    misfits(@Token() _token: AccessToken, _id: string) {}

    // @ts-expect-error: nor a typed one
    @OptionalAuth()
    misfitsTyped(@auth.Token() _token: AccessToken<Scope, Tenant>) {}

    @OptionalAuth()
    untyped(..._parameters: readonly unknown[]) {}
  }
  expect(Controller).toBeDefined()
})

test('AuthModule takes every verifier and its options', () => {
  const sources: readonly object[] = [
    AuthModule.forRoot(verifier),
    AuthModule.forRoot({ ...issuer.options, scopes, claims }),
    AuthModule.forRoot({ ...issuer.options, scopes, scopeMapping: { map: { admin: ['accounts:read'] } } }),
    AuthModule.forRootAsync({ useFactory: (): Verifier<Scope, Tenant> => verifier }),
    AuthModule.forRootAsync({ useFactory: () => ({ ...issuer.options, scopes, claims }) }),
  ]
  expect(sources).toHaveLength(5)
  const misspelt = (): unknown => {
    const scopeMapping = { always: ['acounts:read'] } as const
    // @ts-expect-error: a misspelt scope in the mapping
    return AuthModule.forRoot({ ...issuer.options, scopes, scopeMapping })
  }
  expect(misspelt).toThrow(TypeError)
})
