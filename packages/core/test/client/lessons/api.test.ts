import { describe, expect, test } from 'vitest'
import { createTokenClient } from '../../../src/client/token-client.js'
import { defineProfile } from '../../../src/profiles/define.js'
import { ok, refuse, refusing, startedApi } from '../../support/api.js'
import { errorOf } from '../../support/client.js'
import { type Handler, json, serve } from '../../support/local-server.js'

/** Calls of an API: where other clients were measured renewing too often, or giving the token away. */

describe('401 from the API: badgateway renews twice for two callers, Spring evicts and fails', () => {
  test('G-23 ours: one renewal, one retry', async () => {
    await using t = await startedApi(refusing('token-0'))
    const response = await t.client.fetch(t.url, { method: 'POST', body: 'hello' })
    expect(await response.json()).toEqual({ sent: 'Bearer token-1', body: 'hello' })
    expect(t.issuer.requests.length).toBe(2)
    expect(t.server.requests.length).toBe(2)
  })

  test('fifty callers: one renewal', async () => {
    await using t = await startedApi(refusing('token-0'))
    const responses = await Promise.all(Array.from({ length: 50 }, () => t.client.fetch(t.url)))
    expect(responses.every(({ status }) => status === 200)).toBe(true)
    expect(t.issuer.requests.length).toBe(2)
  })

  test('evicted only if the rejected token is still the cached one', async () => {
    await using t = await startedApi(ok)
    t.server.handler = async (request, response, index) => {
      t.server.handler = refusing('token-0')
      await t.client.getToken({ forceRefresh: true })
      t.clock.advance(10)
      await refuse(401)(request, response, index)
    }
    expect(await (await t.client.fetch(t.url)).json()).toMatchObject({ sent: 'Bearer token-1' })
    expect(t.issuer.requests.length).toBe(2)
  })

  test('a fresh token rejected too stops it; one forced renewal in 10 s, whoever asks', async () => {
    await using t = await startedApi(refuse(401))
    for (let call = 0; call < 5; call++) expect((await t.client.fetch(t.url)).status).toBe(401)
    expect(t.issuer.requests.length).toBe(2)
    t.clock.advance(10)
    await t.client.fetch(t.url)
    expect(t.issuer.requests.length).toBe(3)
  })

  test('a renewal that fails returns the 401, body and all', async () => {
    await using t = await startedApi(refuse(401))
    await t.client.getToken()
    t.issuer.handler = refuse(503)
    const response = await t.client.fetch(t.url)
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({})
  })

  test.for([403, 500])('not on a %i', async (status) => {
    await using t = await startedApi(refuse(status))
    expect((await t.client.fetch(t.url)).status).toBe(status)
    expect(t.issuer.requests.length).toBe(1)
  })
})

describe('request body on retry: openid-client throws on streams, badgateway tees without bound', () => {
  const form = new FormData()
  form.set('a', 'b')

  test.for<readonly [string, () => NonNullable<RequestInit['body']>, string]>([
    ['a string', () => 'hello', 'hello'],
    ['bytes', () => new TextEncoder().encode('hello'), 'hello'],
    ['a buffer', () => new TextEncoder().encode('hello').buffer, 'hello'],
    ['a form', () => new URLSearchParams({ a: 'b' }), 'a=b'],
    ['a form of parts', () => form, 'name="a"'],
    ['a blob', () => new Blob(['hello']), 'hello'],
  ])('%s is sent again', async ([, body, text]) => {
    await using t = await startedApi(refusing('token-0'))
    const response = await t.client.fetch(t.url, { method: 'POST', body: body() })
    expect(await response.json()).toMatchObject({ sent: 'Bearer token-1', body: expect.stringContaining(text) })
  })

  test('a stream returns the 401', async () => {
    await using t = await startedApi(refusing('token-0'))
    const init = { method: 'POST', body: new Blob(['hello']).stream() }
    expect((await t.client.fetch(t.url, init)).status).toBe(401)
    expect(t.server.requests.map(({ body }) => body)).toEqual(['hello'])
    expect(t.issuer.requests.length).toBe(1)
  })

  test('so does the body of a Request', async () => {
    await using t = await startedApi(refusing('token-0'))
    expect((await t.client.fetch(new Request(t.url, { method: 'POST', body: 'hello' }))).status).toBe(401)
  })
})

describe('token request without a token: Duende sends the request unauthenticated', () => {
  test.for<readonly [string, Handler, string]>([
    ['refuses', refuse(401), 'invalid_client'],
    ['is down', refuse(503), 'temporarily_unavailable'],
    ['answers without a token', (_, response) => json(response, { token_type: 'Bearer' }), 'invalid_response'],
    ['answers with an empty one', (_, response) => json(response, { access_token: '' }), 'invalid_response'],
  ])('ours is a typed error where the server %s, and nothing is sent', async ([, handler, code]) => {
    await using t = await startedApi(ok)
    t.issuer.handler = handler
    expect(await errorOf(t.client.fetch(t.url))).toMatchObject({ name: 'TokenRequestError', code })
    expect(t.server.requests.length).toBe(0)
  })
})

describe('redirects: undici forwards tokens in headers of their own, Go adds the bearer again', () => {
  test.for([301, 302, 303, 307, 308])('%i off the listed origins is returned, not followed', async (status) => {
    await using elsewhere = await serve(ok)
    await using t = await startedApi(
      (_, response) => void response.writeHead(status, { location: `${elsewhere.origin}/steal` }).end(),
    )
    expect((await t.client.fetch(t.url)).status).toBe(status)
    expect(elsewhere.requests.length).toBe(0)
  })

  test('nor with a token in a header of its own', async () => {
    await using elsewhere = await serve(ok)
    await using t = await startedApi(
      (_, response) => void response.writeHead(307, { location: `${elsewhere.origin}/steal` }).end(),
    )
    const grants = { client_credentials: { url: `${t.issuer.origin}/token` } }
    const present = { as: 'header', header: 'x-token' } as const
    const profile = defineProfile({ profile: 1, name: 'own', grants, defaultGrant: 'client_credentials', present })()
    const options = { profile, clientId: 'c', clientSecret: 's', allowedOrigins: [t.server.origin] }
    expect((await createTokenClient(options).fetch(t.url)).status).toBe(307)
    expect(t.server.requests[0]?.headers['x-token']).toBe('token-0')
    expect(elsewhere.requests.length).toBe(0)
  })

  test('an origin that is not listed gets no token to begin with', async () => {
    await using elsewhere = await serve(ok)
    await using t = await startedApi(ok)
    expect(await errorOf(t.client.fetch(elsewhere.origin))).toMatchObject({ code: 'origin_not_allowed' })
    expect(elsewhere.requests.length + t.issuer.requests.length).toBe(0)
  })
})
