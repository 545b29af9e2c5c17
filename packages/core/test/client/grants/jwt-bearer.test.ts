import { inspect } from 'node:util'
import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../../src/cache/memory-store.js'
import { jwtBearer } from '../../../src/client/grants/jwt-bearer.js'
import { clientOf, errorOf } from '../../support/client.js'
import { testClock } from '../../support/clock.js'
import { json, type LocalServer, serve, tokenAnswer } from '../../support/local-server.js'

const keys = { es: await generateKeyPair('ES256', { extractable: true }) }

function assertionsOf({ requests }: LocalServer): readonly string[] {
  return requests.map(({ body }) => new URLSearchParams(body).get('assertion') ?? '')
}

describe('an assertion given as a string', () => {
  test('is sent as RFC 7523 §2.1 says, and what every grant may ask for', async () => {
    await using server = await serve(tokenAnswer())
    const options = { scope: 'read', resource: 'https://a.example/', parameters: { tenant: 'blue' } }
    await clientOf(server.origin, { grant: jwtBearer({ assertion: 'one' }), ...options }).getToken()
    expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: 'one',
      scope: 'read',
      resource: 'https://a.example/',
      tenant: 'blue',
    })
  })

  test('is never sent again once bytes left: not for another scope, not by another grant object, not later', async () => {
    const clock = testClock()
    await using server = await serve(tokenAnswer({ expires_in: 60 }))
    const client = clientOf(server.origin, { now: clock.now, grant: jwtBearer({ assertion: 'one' }) })
    await client.getToken()
    expect(await errorOf(client.getToken({ scope: 'read' }))).toMatchObject({ code: 'invalid_grant' })
    clock.advance(400)
    const grant = jwtBearer({ assertion: 'one' })
    expect(await errorOf(client.getToken({ grant }))).toMatchObject({ code: 'invalid_grant' })
    expect(server.requests.length).toBe(1)
  })

  test('is sent by one of several flights that hold it', async () => {
    await using server = await serve(tokenAnswer())
    const client = clientOf(server.origin, { grant: jwtBearer({ assertion: 'one' }) })
    const results = await Promise.allSettled(['a', 'b', 'c'].map((scope) => client.getToken({ scope })))
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(server.requests.length).toBe(1)
  })

  test.for([
    ['503', 503],
    ['400', 400],
    ['a broken connection', undefined],
  ] as const)('%s: it may have been seen, and is not sent again', async ([, status]) => {
    const clock = testClock()
    await using server = await serve((_, response) => {
      if (status === undefined) response.destroy()
      else json(response, { error: 'invalid_scope' }, status)
    })
    const client = clientOf(server.origin, { now: clock.now, grant: jwtBearer({ assertion: 'one' }) })
    await errorOf(client.getToken())
    clock.advance(4000)
    expect(await errorOf(client.getToken())).toMatchObject({ code: 'invalid_grant' })
    expect(server.requests.length).toBe(1)
  })

  test('a client that was refused may send it with its next secret: the server did not look at it', async () => {
    await using server = await serve((request, response, index) => {
      if (index === 0) json(response, { error: 'invalid_client' }, 401)
      else void tokenAnswer()(request, response, index)
    })
    const grant = jwtBearer({ assertion: 'one' })
    await clientOf(server.origin, { grant, clientSecret: ['old-secret', 'new-secret'] }).getToken()
    expect(assertionsOf(server)).toEqual(['one', 'one'])
  })

  test('is sent again where it is reusable', async () => {
    const clock = testClock()
    await using server = await serve(tokenAnswer({ expires_in: 60 }))
    const client = clientOf(server.origin, { now: clock.now, grant: jwtBearer({ assertion: 'one', reusable: true }) })
    await client.getToken()
    await client.getToken({ scope: 'read' })
    clock.advance(400)
    await client.getToken()
    expect(assertionsOf(server)).toEqual(['one', 'one', 'one'])
  })

  test('that was refused is remembered, and nobody else is', async () => {
    await using server = await serve((request, response, index) => {
      if (request.body.includes('assertion=bad')) json(response, { error: 'invalid_grant' }, 400)
      else void tokenAnswer()(request, response, index)
    })
    const client = clientOf(server.origin)
    const bad = jwtBearer({ assertion: 'bad', reusable: true })
    await errorOf(client.getToken({ grant: bad }))
    await errorOf(client.getToken({ grant: bad, scope: 'read' }))
    await client.getToken({ grant: jwtBearer({ assertion: 'good' }) })
    expect(assertionsOf(server)).toEqual(['bad', 'good'])
  })
})

describe('a function that makes assertions', () => {
  test('is called for each attempt, with what it needs', async () => {
    const clock = testClock()
    await using server = await serve((request, response, index) => {
      if (index === 0) json(response, { error: 'invalid_client' }, 401)
      else void tokenAnswer({ expires_in: 60 })(request, response, index)
    })
    let made = 0
    const grant = jwtBearer({
      assertion: async ({ tokenEndpoint, clientId, now }) => [++made, tokenEndpoint.href, clientId, now()].join(' '),
      identity: 'ada',
    })
    const client = clientOf(server.origin, { grant, now: clock.now, clientSecret: ['old-secret', 'new-secret'] })
    await client.getToken()
    clock.advance(400)
    await client.getToken()
    expect(assertionsOf(server)).toEqual([
      `1 ${server.origin}/token client 1800000000000`,
      `2 ${server.origin}/token client 1800000000000`,
      `3 ${server.origin}/token client 1800000400000`,
    ])
  })

  test('shares its tokens by identity; without one with nobody', async () => {
    await using server = await serve(tokenAnswer())
    const client = clientOf(server.origin, { cache: memoryStore() })
    const of = (identity?: string) => jwtBearer({ assertion: () => 'one', identity })
    for (const identity of ['ada', 'ada', 'grace', 'ada']) await client.getToken({ grant: of(identity) })
    expect(server.requests.length).toBe(2)
    const alone = of()
    for (const grant of [alone, alone, of()]) await client.getToken({ grant })
    expect(server.requests.length).toBe(4)
  })

  test.for([
    ['throws', (): Promise<string> => Promise.reject(new Error('planted-key'))],
    ['returns nothing', (): string => ''],
    ['returns no string', (): string => JSON.parse('1')],
  ] as const)('that %s is a typed error that quotes nothing, and stops nobody else', async ([, assertion]) => {
    await using server = await serve(tokenAnswer())
    const client = clientOf(server.origin)
    const error = await errorOf(client.getToken({ grant: jwtBearer({ assertion, identity: 'ada' }) }))
    expect(error).toMatchObject({ code: 'grant_failed', retryable: true })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('planted')
    expect(server.requests.length).toBe(0)
    await client.getToken()
    expect(server.requests.length).toBe(1)
  })
})

describe('an assertion signed here', () => {
  test.for(['CryptoKey', 'JWK', 'PEM'] as const)('with a %s says who vouches for whom, for a minute', async (form) => {
    const { privateKey, publicKey } = keys.es
    const key = {
      CryptoKey: privateKey,
      JWK: { ...(await exportJWK(privateKey)), kid: 'k1' },
      PEM: await exportPKCS8(privateKey),
    }[form]
    const clock = testClock()
    await using server = await serve(tokenAnswer())
    const grant = jwtBearer({ key, alg: 'ES256', issuer: 'service', subject: 'ada', claims: { tenant: 'blue' } })
    await clientOf(server.origin, { grant, now: clock.now }).getToken()
    const { payload, protectedHeader } = await jwtVerify(assertionsOf(server)[0] ?? '', publicKey, {
      currentDate: new Date(clock.now()),
    })
    expect(payload).toEqual({
      iss: 'service',
      sub: 'ada',
      aud: `${server.origin}/token`,
      iat: 1_800_000_000,
      exp: 1_800_000_060,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      tenant: 'blue',
    })
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT', ...(form === 'JWK' ? { kid: 'k1' } : {}) })
  })

  test('is a new one for each request, for one and the same token', async () => {
    const clock = testClock()
    await using server = await serve(tokenAnswer({ expires_in: 60 }))
    const grant = jwtBearer({
      key: keys.es.privateKey,
      issuer: 'service',
      subject: 'ada',
      audience: 'https://as.example',
    })
    const client = clientOf(server.origin, { grant, now: clock.now })
    await client.getToken()
    await client.getToken()
    clock.advance(400)
    await client.getToken()
    const [first, second, ...others] = assertionsOf(server)
    expect(others).toEqual([])
    expect(first).not.toBe(second)
  })

  const { privateKey: key } = keys.es
  const who = { issuer: 'service', subject: 'ada' }

  test.for([
    ['nothing', undefined],
    ['an empty assertion', { assertion: '' }],
    ['an identity beside a string', { assertion: 'one', identity: 'ada' }],
    ['no issuer', { key, subject: 'ada' }],
    ['no subject', { key, issuer: 'service' }],
    ['a public key', { key: keys.es.publicKey, ...who }],
    ['PEM without an algorithm', { key: '-----BEGIN PRIVATE KEY-----', ...who }],
    ['a claim of its own', { key, ...who, claims: { sub: 'mallory' } }],
    ['a claim JSON cannot carry', { key, ...who, claims: { big: 1n } }],
  ] as const)('refuses %s', ([, options]) => {
    // @ts-expect-error what a caller without types may do
    expect(() => jwtBearer(options)).toThrow(TypeError)
  })
})
