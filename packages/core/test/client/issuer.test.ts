import { startAuthorizationServer } from '@auth/testing'
import { describe, expect, test } from 'vitest'
import { createTokenClient } from '../../src/client/token-client.js'
import { credentials, errorOf, secret } from '../support/client.js'
import { type Handler, json, serve, tokenAnswer } from '../support/local-server.js'

const client = { clientId: 'client', clientSecret: secret }

/** An issuer whose metadata are these, and a token endpoint. */
async function issuer(metadata: (origin: string) => Readonly<Record<string, unknown>>, token: Handler = tokenAnswer()) {
  const server = await serve(() => undefined)
  server.handler = (request, response, index) =>
    request.path === '/token' ? token(request, response, index) : json(response, metadata(server.origin))
  return server
}

test('finds the token endpoint and asks there', async () => {
  await using server = await startAuthorizationServer({ profiles: ['aritma'] })
  const { issuer, client, requests } = server.doorways.aritma
  const token = await createTokenClient({ issuer, ...credentials(client) }).getToken()
  expect(token.tokenType).toBe('Bearer')
  expect(requests).toEqual([])
  expect(server.doorways.aritma.requests.map(({ endpoint }) => endpoint)).toEqual(['metadata', 'token'])
})

test('asks for the metadata once, when first needed', async () => {
  await using server = await issuer((origin) => ({ issuer: origin, token_endpoint: `${origin}/token` }))
  const own = createTokenClient({ issuer: server.origin, ...client })
  expect(server.requests.length).toBe(0)
  await Promise.all([own.getToken({ scope: 'a' }), own.getToken({ scope: 'b' }), own.getToken({ scope: 'c' })])
  expect(server.requests.map(({ path }) => path).filter((path) => path !== '/token')).toEqual([
    '/.well-known/openid-configuration',
  ])
})

test('a secret out of a list keeps its place from one discovery of the method to the next', async () => {
  const metadata = (origin: string) => ({
    issuer: origin,
    token_endpoint: `${origin}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post'],
  })
  await using server = await issuer(metadata, (request, response, index) =>
    request.body.includes('client_secret=old')
      ? json(response, { error: 'invalid_client' }, 401)
      : tokenAnswer()(request, response, index),
  )
  const own = createTokenClient({ issuer: server.origin, clientId: 'client', clientSecret: ['old', 'new'] })
  await own.getToken({ scope: 'a' })
  await own.getToken({ scope: 'b' })
  const secrets = server.requests.map(({ body }) => new URLSearchParams(body).get('client_secret'))
  expect(secrets).toEqual([null, 'old', 'new', 'new'])
})

test('authenticates the way the metadata list', async () => {
  await using server = await issuer((origin) => ({
    issuer: origin,
    token_endpoint: `${origin}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post'],
  }))
  await createTokenClient({ issuer: server.origin, ...client }).getToken()
  expect(server.requests[1]?.headers.authorization).toBeUndefined()
  expect(server.requests[1]?.body).toContain('client_secret=')
})

describe('does not send credentials', () => {
  test('M-m_tokencross: to an origin nobody named, until somebody names it', async () => {
    await using elsewhere = await serve(tokenAnswer())
    await using server = await issuer((origin) => ({ issuer: origin, token_endpoint: `${elsewhere.origin}/token` }))
    const error = await errorOf(createTokenClient({ issuer: server.origin, ...client }).getToken())
    expect(error).toMatchObject({ code: 'invalid_metadata', message: expect.stringContaining('endpointOrigins') })
    expect(elsewhere.requests.length).toBe(0)
    const named = createTokenClient({ issuer: server.origin, endpointOrigins: [elsewhere.origin], ...client })
    expect((await named.getToken()).accessToken).toBe('token-0')
  })

  test('where the metadata name no token endpoint', async () => {
    await using server = await issuer((origin) => ({ issuer: origin }))
    const error = await errorOf(createTokenClient({ issuer: server.origin, ...client }).getToken())
    expect(error).toMatchObject({ code: 'invalid_metadata', retryable: false })
  })

  test('where the metadata list no method it can use', async () => {
    await using server = await issuer((origin) => ({
      issuer: origin,
      token_endpoint: `${origin}/token`,
      token_endpoint_auth_methods_supported: ['tls_client_auth'],
    }))
    const error = await errorOf(createTokenClient({ issuer: server.origin, ...client }).getToken())
    expect(error).toMatchObject({ code: 'invalid_metadata' })
  })
})

test('an issuer that is down is temporarily_unavailable', async () => {
  await using server = await serve((_, response) => void response.writeHead(503).end())
  const error = await errorOf(createTokenClient({ issuer: server.origin, ...client }).getToken())
  expect(error).toMatchObject({ code: 'temporarily_unavailable', status: 503, retryable: true })
})

test('close() ends a request for the metadata, too', async () => {
  let ended: Promise<unknown> | undefined
  await using server = await serve((_, response) => {
    ended = new Promise((resolve) => response.on('close', resolve))
  })
  const own = createTokenClient({ issuer: server.origin, ...client, timeout: 300 })
  const asked = errorOf(own.getToken())
  await server.received(1)
  own.close()
  expect(await asked).toMatchObject({ code: 'client_closed' })
  await ended
  expect(server.requests.length).toBe(1)
})

test('a revocation endpoint at an origin nobody named is none: tokens are had, nothing is sent there', async () => {
  await using elsewhere = await serve(tokenAnswer())
  await using server = await issuer((origin) => ({
    issuer: origin,
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${elsewhere.origin}/revoke`,
  }))
  const own = createTokenClient({ issuer: server.origin, ...client })
  expect((await own.getToken()).accessToken).toBe('token-1')
  await own.revoke()
  expect(elsewhere.requests.length).toBe(0)
})

test('revokes where the metadata say', async () => {
  await using server = await issuer((origin) => ({
    issuer: origin,
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${origin}/revoke`,
  }))
  const own = createTokenClient({ issuer: server.origin, ...client })
  await own.getToken()
  await own.revoke()
  expect(server.requests.at(-1)).toMatchObject({ path: '/revoke', body: 'token=token-1&token_type_hint=access_token' })
})
