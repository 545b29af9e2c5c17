import type { RequestContext, Verifier } from '@auth/core'
import { Hono } from 'hono'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { anyOf, bearer, createHonoAuth } from '../src/index.js'
import { type Issuer, type Scope, startIssuer } from './support/issuer.js'
import { whoAmI } from './support/server.js'

let issuer: Issuer
let seen: RequestContext[]

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

beforeEach(() => {
  seen = []
})

afterEach(() => {
  vi.unstubAllGlobals()
})

/** A verifier that notes for which requests it was asked for a view. */
function noting(): Verifier<Scope> {
  const verifier = issuer.verifier()
  return {
    ...verifier,
    within: (context) => {
      seen.push(context)
      return verifier.within(context)
    },
  }
}

function executionContext() {
  return { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} }
}

async function ask(app: Pick<Hono, 'request'>, context?: ReturnType<typeof executionContext>): Promise<number> {
  const headers = { authorization: await issuer.bearer({ scope: 'accounts:read' }) }
  return (await app.request('/', { headers }, {}, context)).status
}

test('on Workers each request is verified within its own context, once', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  const verifier = noting()
  const auth = createHonoAuth(verifier)
  const app = new Hono()
    .use(anyOf(bearer(verifier), auth.bearer()))
    .get('/', auth.requireScopes('accounts:read'), whoAmI)
  const contexts = [executionContext(), executionContext()]
  for (const context of contexts) expect(await ask(app, context)).toBe(200)
  expect(seen).toEqual(contexts)
  expect(seen[1]).toBe(contexts[1])
})

test('called without a context there, and elsewhere, it is the verifier itself that is asked', async () => {
  const app = new Hono().use(bearer(noting())).get('/', whoAmI)
  expect(await ask(app, executionContext())).toBe(200)
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  expect(await ask(app)).toBe(200)
  expect(seen).toEqual([])
})
