import { inspect } from 'node:util'
import { exportJWK, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import { dpop } from '../../src/client/dpop.js'
import type { TokenClientEvent } from '../../src/client/events.js'
import type { Grant } from '../../src/client/grants/grant.js'
import { password, refreshToken, signIn } from '../../src/client/grants/standard.js'
import { createTokenClient } from '../../src/client/token-client.js'
import { clientSecretJwt } from '../../src/oauth/client-assertion.js'
import {
  type ClientAuthentication,
  clientSecretBasic,
  clientSecretPost,
} from '../../src/oauth/client-authentication.js'
import { portsip } from '../../src/profiles/index.js'
import { clientOf, errorOf, secret } from '../support/client.js'
import { type Handler, json, serve } from '../support/local-server.js'

const planted = {
  secret,
  access: 'planted-access-0123456789',
  refresh: 'planted-refresh-0123456789',
  password: 'planted-password-0123456789',
  handle: 'planted-handle-0123456789',
  nested: 'planted-nested-0123456789',
}

/** Every way a value is printed by accident. */
function printed(value: unknown): string {
  const error = value instanceof Error ? [value.message, value.stack, inspect(value.cause), String(value)] : []
  return [
    inspect(value, { depth: 10, showHidden: true }),
    inspect(value, { depth: 10, showHidden: true, customInspect: false, getters: false }),
    inspect({ wrapped: [value] }, { depth: 10 }),
    inspect({ wrapped: [value] }, { depth: 10, getters: true, showHidden: true }),
    JSON.stringify(value),
    JSON.stringify({ wrapped: [value] }),
    String(value),
    `${Object.entries(value ?? {})}`,
    ...error,
  ].join('\n')
}

function expectClean(value: unknown): void {
  const text = printed(value)
  for (const each of Object.values(planted)) {
    expect(text).not.toContain(each)
    expect(text).not.toContain(Buffer.from(each).toString('base64').slice(0, 24))
  }
}

const tokens: Handler = (_, response) =>
  json(response, { access_token: planted.access, token_type: 'Bearer', expires_in: 60, refresh_token: planted.refresh })

/** What a server may do with what it was sent. */
const echo: Handler = (request, response) =>
  json(
    response,
    { error: 'invalid_client', error_description: `${request.body} ${request.headers.authorization}` },
    400,
  )

const grants: readonly (readonly [string, () => Grant])[] = [
  ['password', () => password({ username: 'ada', password: planted.password })],
  ['refreshToken', () => refreshToken(planted.refresh)],
]

describe('no secret is printed of', () => {
  test.for(grants)('a grant: %s', ([, grant]) => {
    expectClean(grant())
  })

  test.for([
    ['clientSecretBasic', clientSecretBasic(secret)],
    ['clientSecretPost', clientSecretPost(secret)],
  ] as const)('a client authentication: %s', ([, auth]) => {
    expectClean(auth)
  })

  test.for(grants)('a client, its store, its token set and its events: %s', async ([, grant]) => {
    await using server = await serve(tokens)
    const cache = memoryStore()
    const events: TokenClientEvent[] = []
    const client = clientOf(server.origin, { grant: grant(), cache, onEvent: (event) => events.push(event) })
    const token = await client.getToken()
    expect(token.accessToken).toBe(planted.access)
    expect(token.refreshToken).toBe(planted.refresh)
    expect(events.length).toBeGreaterThan(0)
    for (const each of [client, cache, token, events, token.toJSON]) expectClean(each)
    expect(printed(token)).toContain('[redacted]')
  })

  test('a token set whose metadata hold a token', async () => {
    await using server = await serve((_, response) =>
      json(response, {
        access_token: planted.access,
        token_type: 'Bearer',
        expires_in: 60,
        role: { token: planted.nested },
      }),
    )
    const profile = portsip({ base: server.origin })
    const grant = signIn({ username: 'ada', password: planted.password })
    const token = await createTokenClient({ profile, grant }).getToken()
    expect(token.metadata).toEqual({ role: { token: planted.nested } })
    expectClean(token)
  })

  test.for(grants)('an error of a server that echoes everything: %s', async ([, grant]) => {
    await using server = await serve(echo)
    for (const clientAuth of [clientSecretBasic(secret), clientSecretPost(secret)]) {
      const client = clientOf(server.origin, { clientSecret: undefined, clientAuth, grant: grant() })
      expectClean(await errorOf(client.getToken()))
    }
  })

  test.for<readonly [string, Handler]>([
    [
      'a token that is malformed',
      (_, response) => json(response, { access_token: `${planted.access}\n`, token_type: 'Bearer' }),
    ],
    ['a token of another type', (_, response) => json(response, { access_token: planted.access, token_type: 'mac' })],
    [
      'a token beside an error',
      (_, response) => json(response, { access_token: planted.access, error: 'x', token_type: 'Bearer' }),
    ],
    [
      'a redirect that holds one',
      (_, response) => void response.writeHead(302, { location: `/?token=${planted.access}` }).end(),
    ],
    ['a broken connection', (_, response) => void response.destroy()],
  ])('an error: %s', async ([, handler]) => {
    await using server = await serve(handler)
    expectClean(await errorOf(clientOf(server.origin).getToken()))
  })

  test('the error of a second factor, whose handle can be read all the same', async () => {
    await using server = await serve((_, response) =>
      json(response, { two_factor_enabled: true, token: planted.handle }),
    )
    const profile = portsip({ base: server.origin })
    const grant = signIn({ username: 'ada', password: planted.password })
    const error = await errorOf(createTokenClient({ profile, grant }).getToken())
    expect(error).toHaveProperty('interaction.handle', planted.handle)
    expectClean(error)
    expectClean(Reflect.get(Object(error), 'interaction'))
  })

  test('an error of a function that was to yield the secret', async () => {
    await using server = await serve(tokens)
    const clientSecret = () => Promise.reject(new Error(`vault says ${secret}`))
    const error = await errorOf(clientOf(server.origin, { clientSecret }).getToken())
    expect(error).toMatchObject({ code: 'invalid_client' })
    expectClean(error)
    expect(server.requests.length).toBe(0)
  })

  const custom = (headers: Record<string, string>): ClientAuthentication => ({
    method: 'client_secret_basic',
    authenticate: async () => ({ headers, parameters: {} }),
  })

  test.for<readonly [string, ClientAuthentication, string]>([
    ['what is no base64 at all', custom({ authorization: 'Basic !!!' }), '!!!'],
    ['the password in a pair of its own', custom({ authorization: `Basic ${btoa(`c:${secret}`)}` }), secret],
    ['a header of its own', custom({ 'x-key': secret }), secret],
    ['a strictly encoded secret', clientSecretBasic('a-b.c_d', { encoding: 'strict' }), 'a%2Db%2Ec%5Fd'],
    ['the secret an assertion is signed with', clientSecretJwt(secret.repeat(2)), secret],
  ])('an error of a server that echoes %s', async ([, clientAuth, echoed]) => {
    await using server = await serve((_, response) =>
      json(response, { error: 'invalid_client', error_description: `bad: ${echoed}` }, 400),
    )
    const error = await errorOf(clientOf(server.origin, { clientSecret: undefined, clientAuth }).getToken())
    expect(error).toMatchObject({ code: 'invalid_client', status: 400 })
    expect(String(error)).not.toContain(echoed)
  })

  test('an error of a server that describes the tokens it sends along', async () => {
    await using server = await serve((_, response) =>
      json(response, {
        error: 'server_error',
        error_description: `made ${planted.access} and ${planted.refresh}`,
        access_token: planted.access,
        refresh_token: planted.refresh,
      }),
    )
    expectClean(await errorOf(clientOf(server.origin).getToken()))
  })

  test('a refused call', async () => {
    const client = clientOf('http://127.0.0.1:1')
    expectClean(await errorOf(client.fetch(`https://evil.example/?token=${planted.access}`)))
  })
})

test('F-2: neither credentials nor tokens are in a URL', async () => {
  await using server = await serve(tokens)
  const client = clientOf(server.origin, { grant: password({ username: 'ada', password: planted.password }) })
  await client.getToken()
  await client.fetch(`${server.origin}/accounts`)
  expect(server.requests.map(({ path }) => path)).toEqual(['/token', '/accounts'])
})

test('no proof, key or nonce is printed of a client that binds its tokens', async () => {
  const jwk = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
  const sent: string[] = []
  const echoProof: Handler = (request, response) => {
    sent.push(request.headers.dpop ?? '')
    const error_description = `${request.headers.dpop} ${request.headers.dpop?.split('.')[2]}`
    json(response, { error: 'invalid_dpop_proof', error_description }, 400, { 'dpop-nonce': planted.nested })
  }
  await using server = await serve(echoProof)
  const events: TokenClientEvent[] = []
  const proofs = dpop({ key: { ...jwk } })
  const client = clientOf(server.origin, { dpop: proofs, onEvent: (event) => events.push(event) })
  const error = await errorOf(client.getToken())
  expect(error).toMatchObject({ code: 'invalid_dpop_proof' })
  expect(await errorOf(client.getToken({ scope: 'other' }))).toMatchObject({ code: 'invalid_dpop_proof' })
  for (const value of [error, proofs, client, events]) {
    expectClean(value)
    for (const part of [...sent, String(jwk.d), String(jwk.x)]) expect(printed(value)).not.toContain(part)
  }
  expect(sent.length).toBeGreaterThan(0)
})
