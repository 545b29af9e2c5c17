import { type AuthorizationServer, startAuthorizationServer } from '@auth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { TokenStore } from '../../src/cache/store.js'
import { password, refreshToken, signIn } from '../../src/client/grants/standard.js'
import type { TokenClientOptions } from '../../src/client/options.js'
import { createTokenClient } from '../../src/client/token-client.js'
import { clientSecretPost } from '../../src/oauth/client-authentication.js'
import { oauth2, passport, portsip, portx, slack } from '../../src/profiles/index.js'
import { clientOf, credentials, errorOf, secret } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { json, serve, tokenAnswer } from '../support/local-server.js'

let server: AuthorizationServer
beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portx', 'portsip', 'passport'] })
})
afterAll(() => server.close())

describe('passport: by id, with a body', () => {
  test('DELETE with the id in path and body, and the token is dead', async () => {
    const doorway = server.doorways.passport
    doorway.clearRequests()
    const client = createTokenClient({ profile: passport({ base: doorway.base }), ...credentials(doorway.client) })
    const token = await client.getToken()
    await client.revoke()
    const request = doorway.requests.find(({ endpoint }) => endpoint === 'revoke')
    const id = String(token.metadata.token_id)
    expect(request).toMatchObject({
      method: 'DELETE',
      path: `/passport/v1/iam/oauth/tokens/${id}`,
      body: JSON.stringify({ token_id: id }),
      status: 200,
    })
    const headers = Object.fromEntries(request?.headers.map(([name, value]) => [name.toLowerCase(), value]) ?? [])
    expect(headers).toMatchObject({
      'content-length': String(request?.body.length),
      'content-type': 'application/json',
    })
    expect((await client.getToken()).accessToken).not.toBe(token.accessToken)
  })

  test('one that is gone already is no failure', async () => {
    const doorway = server.doorways.passport
    const client = createTokenClient({ profile: passport({ base: doorway.base }), ...credentials(doorway.client) })
    await client.getToken()
    doorway.answer('revoke', { status: 404 }, { times: 1 })
    await client.revoke()
  })

  test('409: told, and out of the cache all the same', async () => {
    const doorway = server.doorways.passport
    const client = createTokenClient({ profile: passport({ base: doorway.base }), ...credentials(doorway.client) })
    const token = await client.getToken()
    doorway.answer('revoke', { status: 409, body: '{"message":"not revocable"}' }, { times: 1 })
    expect(await errorOf(client.revoke())).toMatchObject({ name: 'TokenRequestError', status: 409 })
    expect((await client.getToken()).accessToken).not.toBe(token.accessToken)
  })
})

test('portsip: signing out ends the session; the next token needs a new login', async () => {
  const doorway = server.doorways.portsip
  doorway.clearRequests()
  const grant = signIn(doorway.user)
  const client = createTokenClient({ profile: portsip({ base: doorway.base }), grant })
  const { accessToken } = await client.getToken()
  await client.revoke()
  const [, request] = doorway.requests
  expect(request).toMatchObject({ method: 'POST', path: '/portsip/api/auth/sign_out', body: '' })
  expect(
    request?.headers.some(([name, value]) => /^authorization$/i.test(name) && value === `Bearer ${accessToken}`),
  ).toBe(true)
  await client.getToken()
  expect(doorway.requests.map(({ endpoint }) => endpoint)).toEqual(['token', 'revoke', 'token'])
})

test('portx knows no revocation: the cache is emptied', async () => {
  const doorway = server.doorways.portx
  doorway.clearRequests()
  const client = createTokenClient({ profile: portx({ base: doorway.base }), ...credentials(doorway.client) })
  await client.getToken()
  await client.revoke()
  await client.getToken()
  expect(doorway.requests.map(({ endpoint }) => endpoint)).toEqual(['token', 'token'])
})

describe('slack: errors with status 200', () => {
  test.for([
    ['token_revoked', undefined],
    ['ratelimited', { name: 'TokenRequestError', code: 'temporarily_unavailable', status: 200 }],
    ['not_allowed_token_type', { name: 'TokenRequestError', code: 'server_error', status: 200 }],
  ] as const)('%s', async ([error, expected]) => {
    const token = { ok: true, access_token: 'xoxb-1', token_type: 'bot' }
    await using slackServer = await serve((_, response, index) =>
      json(response, index === 0 ? token : { ok: false, error }),
    )
    const profile = slack({ base: slackServer.origin })
    const client = createTokenClient({ profile, clientId: 'c', clientSecret: secret, grant: refreshToken('xoxe-1') })
    await client.getToken()
    expect(await client.revoke().catch((failure: unknown) => failure)).toEqual(
      expected === undefined ? undefined : expect.objectContaining(expected),
    )
  })
})

describe('RFC 7009', () => {
  const started = async () => {
    const local = await serve((request, response, index) =>
      request.path === '/token'
        ? tokenAnswer({ refresh_token: 'refresh' })(request, response, index)
        : json(response, {}),
    )
    const profile = oauth2({ tokenEndpoint: `${local.origin}/token`, revocationEndpoint: `${local.origin}/revoke` })
    const grant = password({ username: 'ada', password: 'planted-password' })
    const client = createTokenClient({ profile, clientId: 'client', clientSecret: secret, grant })
    return { local, client }
  }

  test('the refresh token first, then the access token, with the client authenticated', async () => {
    const { local, client } = await started()
    await using _ = local
    await client.getToken()
    await client.revoke()
    const [, first, second] = local.requests
    expect(first?.body).toBe('token=refresh&token_type_hint=refresh_token')
    expect(second?.body).toBe('token=token-0&token_type_hint=access_token')
    expect(first?.headers.authorization).toMatch(/^Basic /)
  })

  test('every token of the client, whatever its scope', async () => {
    const { local, client } = await started()
    await using _ = local
    await client.getToken({ scope: 'a' })
    await client.getToken({ scope: 'b' })
    await client.revoke()
    expect(local.requests.filter(({ path }) => path === '/revoke').length).toBe(4)
  })

  test('a server that fails is told about, without the token', async () => {
    const { local, client } = await started()
    await using _ = local
    const { accessToken } = await client.getToken()
    local.handler = (_, response) => json(response, { error: 'server_error', error_description: accessToken }, 500)
    const error = await errorOf(client.revoke())
    expect(error).toMatchObject({ code: 'server_error', status: 500, retryable: true })
    expect(String(error)).not.toContain(accessToken)
  })

  test('G-30: a token on its way is waited for, and does not come back into the cache', async () => {
    const { local, client } = await started()
    await using _ = local
    const arriving = client.getToken()
    await local.received(1)
    await client.revoke()
    await arriving
    await client.getToken()
    expect(local.requests.filter(({ path }) => path === '/token').length).toBe(2)
  })
})

test('with nothing to revoke nothing is sent', async () => {
  await using local = await serve(tokenAnswer())
  await clientOf(local.origin).revoke()
  expect(local.requests.length).toBe(0)
})

describe('revoke()', () => {
  const started = async (options: TokenClientOptions = {}) => {
    const local = await serve((request, response, index) =>
      request.path === '/token' ? tokenAnswer({ expires_in: 100 })(request, response, index) : json(response, {}),
    )
    const profile = oauth2({ tokenEndpoint: `${local.origin}/token`, revocationEndpoint: `${local.origin}/revoke` })
    const client = createTokenClient({ profile, clientId: 'client', clientSecret: secret, ...options })
    return { local, client }
  }
  const revocations = ({ requests }: { readonly requests: readonly { readonly path: string }[] }) =>
    requests.filter(({ path }) => path === '/revoke').length

  test('after close is client_closed', async () => {
    const { local, client } = await started()
    await using _ = local
    await client.getToken()
    client.close()
    expect(await errorOf(client.revoke())).toMatchObject({ code: 'client_closed' })
    expect(revocations(local)).toBe(0)
  })

  test('is ended by close', async () => {
    const { local, client } = await started()
    await using _ = local
    await client.getToken()
    local.handler = () => undefined
    const revoking = errorOf(client.revoke())
    await local.received(2)
    client.close()
    expect(await revoking).toMatchObject({ code: 'client_closed' })
  })

  test('does not tell of a token that has expired', async () => {
    const clock = testClock()
    const { local, client } = await started({ now: clock.now })
    await using _ = local
    await client.getToken()
    clock.advance(100)
    await client.revoke()
    expect(revocations(local)).toBe(0)
  })

  test('tries the next secret where the first is refused', async () => {
    const { local, client } = await started({ clientSecret: undefined, clientAuth: clientSecretPost(['old', 'new']) })
    await using _ = local
    await client.getToken()
    local.handler = (request, response) =>
      request.body.includes('client_secret=new') ? json(response, {}) : json(response, { error: 'invalid_client' }, 401)
    await client.revoke()
    expect(revocations(local)).toBe(2)
  })

  test('a secret that cannot be had is a failure without its text', async () => {
    const secrets = [secret]
    const clientSecret = () => secrets.shift() ?? Promise.reject(new Error(`vault says ${secret}`))
    const { local, client } = await started({ clientSecret })
    await using _ = local
    await client.getToken()
    const error = await errorOf(client.revoke())
    expect(error).toMatchObject({ code: 'invalid_client' })
    expect(String(error)).not.toContain(secret)
  })

  test('an error that repeats the Basic password, plain, encoded or as a pair, leaves it out', async () => {
    const odd = 'pass word/+%'
    const encoded = new URLSearchParams([[odd, '']]).toString().slice(0, -1)
    const { local, client } = await started({ clientSecret: odd })
    await using _ = local
    for (const echo of [odd, encoded, Buffer.from(`client:${encoded}`).toString('base64')]) {
      local.handler = tokenAnswer()
      await client.getToken()
      local.handler = (_, response) => json(response, { error: 'server_error', error_description: echo }, 500)
      expect(String(await errorOf(client.revoke()))).not.toContain(echo)
    }
  })

  test('a store that cannot delete: told, and the token is not served any more', async () => {
    const inner = memoryStore()
    const cache: TokenStore = { ...inner, delete: () => Promise.reject(new Error('down')) }
    const { local, client } = await started({ cache })
    await using _ = local
    const { accessToken } = await client.getToken()
    expect(await errorOf(client.revoke())).toMatchObject({ code: 'temporarily_unavailable', retryable: true })
    expect(revocations(local)).toBe(1)
    expect((await client.getToken()).accessToken).not.toBe(accessToken)
  })
})
