import { type AccessToken, createVerifier, type StepUp } from '@auth/core'
import { initTRPC } from '@trpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthContext, createTrpcAuth, protectedProcedure, scoped, steppedUp } from '../src/index.js'
import { type Issuer, type Scope, startIssuer } from './support/issuer.js'
import { listen } from './support/server.js'

const requirement: StepUp = { acrValues: ['urn:example:mfa', 'urn:example:key'], maxAge: 300 }
const challenge =
  'Bearer realm="accounts", error="insufficient_user_authentication", error_description="A more recent or stronger authentication is required", acr_values="urn:example:mfa urn:example:key", max_age="300"'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

const now = (): number => Math.floor(Date.now() / 1000)
const strong = (): Record<string, unknown> => ({ acr: 'urn:example:key', auth_time: now() })

/** Both forms, behind one context. */
function createApi() {
  const auth = createTrpcAuth(issuer.verifier())
  const t = initTRPC.context<AuthContext<AccessToken<Scope>>>().create()
  const router = t.router({
    free: t.procedure.concat(steppedUp(requirement)).query(({ ctx }) => ctx.token.subject),
    bound: t.procedure.concat(auth.steppedUp(requirement)).query(({ ctx }) => ctx.token.subject),
    freeScoped: t.procedure
      .concat(scoped('accounts:read'))
      .concat(steppedUp(requirement))
      .query(() => 'granted'),
    boundScoped: t.procedure
      .concat(auth.scoped('accounts:read'))
      .concat(auth.steppedUp(requirement))
      .query(() => 'granted'),
    plugged: protectedProcedure.concat(steppedUp(requirement)).query(({ ctx }) => ctx.token.subject),
  })
  return { router, createContext: auth.createContext, responseMeta: auth.responseMeta }
}

interface Wire {
  readonly error?: { readonly data: { readonly challenge?: string; readonly auth: { readonly error: string } } }
}

async function call(
  path: string,
  authorization?: string,
): Promise<{ status: number; said: Wire; header: string | null }> {
  await using server = await listen(createApi())
  const response = await fetch(
    `${server.url}/${path}`,
    authorization === undefined ? {} : { headers: { authorization } },
  )
  const header = response.headers.get('www-authenticate')
  return { status: response.status, said: await response.json(), header }
}

describe.for(['free', 'bound', 'plugged'])('%s', (path) => {
  test('lets in who logged in well enough', async () => {
    expect(await call(path, await issuer.bearer({ claims: strong() }))).toMatchObject({ status: 200, header: null })
  })

  test.for<[string, () => Record<string, unknown>]>([
    ['no login', () => ({})],
    ['another acr', () => ({ ...strong(), acr: 'pwd' })],
    ['a login too long ago', () => ({ ...strong(), auth_time: now() - 3600 })],
  ])('refuses %s', async ([, claims]) => {
    const { status, said, header } = await call(path, await issuer.bearer({ claims: claims() }))
    expect({ status, header }).toEqual({ status: 401, header: challenge })
    expect(said.error?.data).toMatchObject({ challenge, auth: { error: 'insufficient_user_authentication' } })
  })

  test('wants a token', async () => {
    expect(await call(path)).toMatchObject({ status: 401, header: 'Bearer realm="accounts"' })
  })
})

test.for(['freeScoped', 'boundScoped'])('%s: scopes come first', async (path) => {
  const scope = 'accounts:read'
  expect(await call(path, await issuer.bearer({ scope, claims: strong() }))).toMatchObject({ status: 200 })
  expect(await call(path, await issuer.bearer({ scope }))).toMatchObject({ status: 401, header: challenge })
  expect(await call(path, await issuer.bearer({ scope: '' }))).toMatchObject({ status: 403 })
})

test('a context that outlives its token, or lets the login age, is refused', async () => {
  let ahead = 0
  const verifier = createVerifier({ ...issuer.options, clockTolerance: 0, now: () => Date.now() + ahead })
  const auth = createTrpcAuth(verifier)
  const t = initTRPC.context<AuthContext>().create()
  const router = t.router({ pay: t.procedure.concat(auth.steppedUp({ maxAge: 60 })).query(() => 'paid') })
  const authorization = await issuer.bearer({ claims: strong() })
  const req = new Request('http://localhost', { headers: { authorization } })
  const caller = t.createCallerFactory(router)(await auth.createContext({ req }))
  expect(await caller.pay()).toBe('paid')
  ahead = 62_000
  await expect(caller.pay()).rejects.toMatchObject({ cause: { code: 'insufficient_user_authentication' } })
  ahead = 3_600_000
  await expect(caller.pay()).rejects.toMatchObject({ cause: { code: 'invalid_token' } })
})

test('what asks for nothing is a TypeError where it is defined', () => {
  for (const define of [steppedUp, createTrpcAuth(issuer.verifier()).steppedUp]) {
    expect(() => define({})).toThrow(TypeError)
    expect(() => define({ acrValues: [] })).toThrow('stepUp.acrValues is a non-empty list')
  }
})
