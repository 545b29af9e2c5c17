import { createVerifier, type StepUp } from '@auth/core'
import type { IssueOptions } from '@auth/testing'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyOf, bearer, createHonoAuth, requireScopes, requireStepUp } from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'
import { type AnyApp, ask, whoAmI } from './support/server.js'

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

describe.for<[string, () => AnyApp]>([
  [
    'free',
    () =>
      new Hono()
        .use(bearer(issuer.verifier()))
        .get('/alone', requireStepUp(requirement), whoAmI)
        .get('/scoped', requireScopes('accounts:read'), requireStepUp(requirement), whoAmI)
        .get('/twice', requireStepUp({ acrValues: ['urn:example:key'] }), requireStepUp(requirement), whoAmI),
  ],
  [
    'bound',
    () => {
      const auth = createHonoAuth(issuer.verifier())
      return new Hono()
        .get('/alone', auth.requireStepUp(requirement), whoAmI)
        .get('/scoped', auth.requireScopes('accounts:read'), auth.requireStepUp(requirement), whoAmI)
        .get('/twice', auth.requireStepUp({ acrValues: ['urn:example:key'] }), auth.requireStepUp(requirement), whoAmI)
    },
  ],
])('%s', ([, app]) => {
  test.for<[string, () => IssueOptions, number, string | undefined]>([
    ['/alone', () => ({ claims: strong() }), 200, undefined],
    ['/alone', () => ({}), 401, challenge],
    ['/alone', () => ({ claims: { ...strong(), acr: 'pwd' } }), 401, challenge],
    ['/alone', () => ({ claims: { ...strong(), auth_time: now() - 3600 } }), 401, challenge],
    ['/scoped', () => ({ claims: strong(), scope: 'accounts:read' }), 200, undefined],
    ['/scoped', () => ({ scope: 'accounts:read' }), 401, challenge],
    [
      '/scoped',
      () => ({ scope: '' }),
      403,
      'Bearer realm="accounts", error="insufficient_scope", error_description="The access token lacks a required scope", scope="accounts:read"',
    ],
    ['/twice', () => ({ claims: strong() }), 200, undefined],
    ['/twice', () => ({ claims: { ...strong(), auth_time: now() - 3600 } }), 401, challenge],
  ])('%s, %#', async ([path, token, status, said]) => {
    const answer = await ask(app(), path, [await issuer.bearer(token())])
    expect(answer.status).toBe(status)
    expect(answer.headers['www-authenticate']).toBe(said)
  })

  test('no token', async () => {
    expect(await ask(app(), '/alone')).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' })
  })
})

test('optional authentication lets nobody past it', async () => {
  const app = new Hono().use(bearer(issuer.verifier(), { optional: true })).get('/', requireStepUp(requirement), whoAmI)
  expect(await ask(app, '/')).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' })
  expect(await ask(app, '/', [await issuer.bearer({ claims: strong() })])).toMatchObject({ status: 200 })
})

test('without bearer() before it: TypeError, and nobody gets in', async () => {
  const app = new Hono().get('/', requireStepUp(requirement), whoAmI)
  const seen: unknown[] = []
  app.onError((error, c) => {
    seen.push(error)
    return c.text('', 500)
  })
  expect(await ask(app, '/', [await issuer.bearer({ claims: strong() })])).toMatchObject({ status: 500 })
  expect(seen).toEqual([expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(/bearer\(\)/) })])
})

test('one of anyOf: its refusal leaves the other to decide', async () => {
  const auth = createHonoAuth(issuer.verifier())
  const app = new Hono().get('/', anyOf(auth.requireStepUp(requirement), auth.requireScopes('accounts:write')), whoAmI)
  expect(await ask(app, '/', [await issuer.bearer({ scope: 'accounts:write' })])).toMatchObject({ status: 200 })
  expect(await ask(app, '/', [await issuer.bearer({ claims: strong(), scope: '' })])).toMatchObject({ status: 200 })
  expect(await ask(app, '/', [await issuer.bearer({ scope: '' })])).toMatchObject({ status: 403 })
})

test('what asks for nothing is a TypeError where it is defined', () => {
  const auth = createHonoAuth(createVerifier(issuer.options))
  for (const define of [requireStepUp, auth.requireStepUp]) {
    expect(() => define({})).toThrow(TypeError)
    expect(() => define({ acrValues: [] })).toThrow('stepUp.acrValues is a non-empty list')
  }
})
