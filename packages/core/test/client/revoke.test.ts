import { type AuthorizationServer, startAuthorizationServer } from '@auth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { password, signIn } from '../../src/client/grants.js'
import { createTokenClient } from '../../src/client/token-client.js'
import { oauth2, passport, portsip, portx } from '../../src/profiles/index.js'
import { clientOf, errorOf, secret } from '../support/client.js'
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
    const client = createTokenClient({ profile: passport({ base: doorway.base }), ...doorway.client })
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
    const client = createTokenClient({ profile: passport({ base: doorway.base }), ...doorway.client })
    await client.getToken()
    doorway.answer('revoke', { status: 404 }, { times: 1 })
    await client.revoke()
  })

  test('409: told, and out of the cache all the same', async () => {
    const doorway = server.doorways.passport
    const client = createTokenClient({ profile: passport({ base: doorway.base }), ...doorway.client })
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
  const client = createTokenClient({ profile: portsip({ host: 'unused', base: doorway.base }), grant })
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
  const client = createTokenClient({ profile: portx({ base: doorway.base }), ...doorway.client })
  await client.getToken()
  await client.revoke()
  await client.getToken()
  expect(doorway.requests.map(({ endpoint }) => endpoint)).toEqual(['token', 'token'])
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
