import { BearerError, type RequestLike, type Verifier } from '@auth/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuthContext } from '../src/index.js'
import { type Issuer, type Scope, startIssuer } from './support/issuer.js'
import { createApi, listen } from './support/server.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

test.for(['read', 'read,write?batch=1'])('a refusal of %s hands on the nonce for the next proof', async (call) => {
  const verifier: Verifier<Scope> = {
    ...issuer.verifier(),
    authenticate: () => Promise.reject(new BearerError({ code: 'use_dpop_nonce', reason: 'x', dpopNonce: 'next' })),
  }
  await using server = await listen(createApi(verifier).options)
  const response = await fetch(`${server.url}/${call}`)
  expect([response.status, response.headers.get('dpop-nonce')]).toEqual([401, 'next'])
  const body: unknown = await response.json()
  const [first] = Array.isArray(body) ? body : [body]
  expect(first).toMatchObject({ error: { data: { auth: { error: 'use_dpop_nonce' }, dpopNonce: 'next' } } })
})

test('the verifier is shown the connection of a node request, where a certificate is', async () => {
  const shown: RequestLike[] = []
  const genuine = issuer.verifier()
  const verifier: Verifier<Scope> = {
    ...genuine,
    authenticate: async (request) => {
      shown.push(request)
      return await genuine.authenticate(request)
    },
  }
  const socket = {}
  await createAuthContext(verifier)({ req: { method: 'GET', url: '/me', headers: {}, socket } })
  await createAuthContext(verifier)({ req: { headers: {}, raw: { method: 'GET', url: '/me', headers: {}, socket } } })
  expect(shown.map((request) => 'socket' in request && request.socket)).toEqual([socket, socket])
})
