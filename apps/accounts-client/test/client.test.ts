import { createTokenClient, type TokenClient } from '@auth/core'
import { portx } from '@auth/core/profiles'
import { type AuthorizationServer, startAuthorizationServer } from '@auth/testing'
import { start } from 'accounts-nestjs'
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { type AccountsClient, createAccountsClient } from '../src/index.js'

let server: AuthorizationServer
let api: Awaited<ReturnType<typeof start>>
let tokens: TokenClient
let client: AccountsClient

beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portx'] })
  const { base, issuer, jwksUri, client: credentials } = server.doorways.portx
  api = await start({ env: { AUTH_ISSUER: issuer, AUTH_AUDIENCE: server.audience, AUTH_JWKS_URI: jwksUri } })
  tokens = createTokenClient({
    profile: portx({ base }),
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    scope: 'accounts:read parties:write',
    allowedOrigins: [api.url],
  })
  client = createAccountsClient(api.url, tokens)
})

afterAll(async () => {
  tokens.close()
  await api.close()
  await server.close()
})

test('what comes back is typed', async () => {
  const { data } = await client.GET('/accounts')
  expectTypeOf(data?.[0]?.currency).toEqualTypeOf<string | undefined>()
  expect(data).toContainEqual({ id: 'account-1', partyId: 'party-1', name: 'Everyday', currency: 'NOK' })
  // @ts-expect-error: there is no such path
  expect((await client.GET('/loans')).response.status).toBe(404)
})

test('what is sent is typed, and what is wrong with it is told', async () => {
  const body = { name: 'Nils Vik', kind: 'person', country: 'SE' } as const
  expect((await client.POST('/parties', { body })).data).toEqual({ ...body, id: expect.any(String) })
  // @ts-expect-error: no kind of party
  const { response, error } = await client.POST('/parties', { body: { ...body, kind: 'robot' } })
  expectTypeOf(error?.message).toEqualTypeOf<string | undefined>()
  expect([response.status, error]).toEqual([400, { message: 'kind is one of person, organisation' }])
})

test('a token without the scope is refused', async () => {
  const { response, error } = await client.GET('/cards/{id}', { params: { path: { id: 'card-1' } } })
  expect([response.status, error]).toMatchObject([403, { error: 'insufficient_scope' }])
})

test('one token serves all calls', () => {
  expect(server.doorways.portx.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1)
})
