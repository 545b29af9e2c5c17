import { BearerError, type ClientCertificate, type Verifier } from '@auth/core'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, createHonoAuth } from '../src/index.js'
import { type Issuer, type Scope, startIssuer } from './support/issuer.js'
import { type AnyApp, ask, whoAmI } from './support/server.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

/** A verifier that notes which certificates it is handed. */
function listening(seen: (ClientCertificate | undefined)[]): Verifier<Scope> {
  const verifier = issuer.verifier()
  return {
    ...verifier,
    authenticate: (request, options) => {
      seen.push(options?.certificate)
      return verifier.authenticate(request, options)
    },
  }
}

describe('a certificate', () => {
  const certificate = new Uint8Array([1])

  test.for<readonly [string, (verifier: Verifier<Scope>) => AnyApp]>([
    ['bearer()', (verifier) => new Hono().use(bearer(verifier, { certificate: () => certificate })).get('/', whoAmI)],
    [
      'bearer() that is optional',
      (verifier) =>
        new Hono().use(bearer(verifier, { certificate: () => certificate, optional: true })).get('/', whoAmI),
    ],
    [
      'createHonoAuth()',
      (verifier) => {
        const auth = createHonoAuth(verifier, { certificate: () => certificate })
        return new Hono().use(auth.bearer()).get('/', auth.requireScopes('accounts:read'), whoAmI)
      },
    ],
    [
      'its bearer() with options of its own',
      (verifier) => {
        const auth = createHonoAuth(verifier, { certificate: () => certificate })
        return new Hono().use(auth.bearer({ optional: true, certificate: undefined })).get('/', whoAmI)
      },
    ],
    [
      'its requireScopes() alone',
      (verifier) => {
        const auth = createHonoAuth(verifier, { certificate: () => certificate })
        return new Hono().get('/', auth.requireScopes('accounts:read'), whoAmI)
      },
    ],
  ])('is handed to the verifier by %s', async ([, build]) => {
    const seen: (ClientCertificate | undefined)[] = []
    const reader = await issuer.bearer({ scope: 'accounts:read' })
    expect(await ask(build(listening(seen)), '/', [reader])).toMatchObject({ status: 200 })
    expect(seen).toEqual([certificate])
  })
})

test('a refusal hands on the nonce for the next proof', async () => {
  const verifier: Verifier<Scope> = {
    ...issuer.verifier(),
    authenticate: () => Promise.reject(new BearerError({ code: 'use_dpop_nonce', reason: 'x', dpopNonce: 'next' })),
  }
  const answer = await ask(new Hono().use(bearer(verifier)).get('/', whoAmI), '/')
  expect(answer).toMatchObject({ status: 401, headers: { 'dpop-nonce': 'next' } })
})
