import { describe, expect, test } from 'vitest'
import { clientSecretJwt } from '../../src/oauth/client-assertion.js'
import { clientSecretBasic, clientSecretPost, type Secret } from '../../src/oauth/client-authentication.js'
import { clientOf, errorOf } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { type Handler, json, serve, tokenAnswer } from '../support/local-server.js'

/** Knows the client by one secret only. */
const knowing =
  (secret: string): Handler =>
  (request, response, index) =>
    new URLSearchParams(request.body).get('client_secret') === secret
      ? tokenAnswer()(request, response, index)
      : json(response, { error: 'invalid_client' }, 401)

async function started(known: string, secret: Secret) {
  const server = await serve(knowing(known))
  const clock = testClock()
  const client = clientOf(server.origin, {
    clientSecret: undefined,
    clientAuth: clientSecretPost(secret),
    now: clock.now,
  })
  const secrets = () => server.requests.map(({ body }) => new URLSearchParams(body).get('client_secret'))
  return { server, clock, client, secrets, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('secret rotation without a restart', () => {
  test('a list that is wrong as a whole: one retry and no more', async () => {
    await using t = await started('none of them', ['one', 'two', 'three'])
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'invalid_client' })
    await errorOf(t.client.getToken())
    expect(t.secrets()).toEqual(['one', 'two'])
  })

  test('requests that are refused together move on by one, not by one each', async () => {
    await using t = await started('two', ['one', 'two', 'three'])
    t.server.handler = async (request, response, index) => {
      await t.server.received(2)
      await knowing('two')(request, response, index)
    }
    await Promise.all([t.client.getToken({ scope: 'a' }), t.client.getToken({ scope: 'b' })])
    expect(t.secrets().sort()).toEqual(['one', 'one', 'two', 'two'])
  })

  test('a function whose secret is refused: the same one is not sent again for 30 s, another one at once', async () => {
    let secret = 'old'
    await using t = await started('new', () => secret)
    for (let failure = 0; failure < 4; failure++) {
      for (const _ of [1, 2, 3]) expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'invalid_client' })
      t.clock.advance(30)
    }
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'invalid_client' })
    secret = 'new'
    await t.client.getToken()
    expect(t.secrets()).toEqual(['old', 'old', 'old', 'old', 'old', 'new'])
  })

  test('a function is asked for another secret once a second, however many callers there are', async () => {
    let asked = 0
    await using t = await started('new', () => {
      asked++
      return 'old'
    })
    await errorOf(t.client.getToken())
    const before = asked
    for (let call = 0; call < 10; call++) await errorOf(t.client.getToken())
    expect(asked - before).toBe(1)
    t.clock.advance(1)
    await errorOf(t.client.getToken())
    expect(asked - before).toBe(2)
    expect(t.secrets()).toEqual(['old'])
  })

  test('a function that failed is asked again soon, whatever it failed of', async () => {
    let vault = (): string => {
      throw new Error('vault')
    }
    await using t = await started('new', () => vault())
    await errorOf(t.client.getToken())
    vault = () => 'new'
    expect((await t.client.getToken()).accessToken).toBe('token-0')
  })

  test('an assertion by secret rotates too', async () => {
    const [one, two] = ['first-'.repeat(8), 'second-'.repeat(8)]
    await using server = await serve((request, response, index) =>
      index === 0 ? json(response, { error: 'invalid_client' }, 401) : tokenAnswer()(request, response, index),
    )
    const client = clientOf(server.origin, { clientSecret: undefined, clientAuth: clientSecretJwt([one, two]) })
    expect((await client.getToken()).accessToken).toBe('token-1')
  })

  test('a function that fails when asked again: the refusal is what is told', async () => {
    const secrets = ['old']
    await using t = await started('new', () => secrets.shift() ?? Promise.reject(new Error('vault')))
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'invalid_client', status: 401 })
  })

  test.for<readonly [string, unknown]>([
    ['undefined', undefined],
    ['an empty string', ''],
    ['a number', 7],
    ['null', null],
  ])('a function that returns %s: nothing is sent', async ([, odd]) => {
    const source = (): string => odd as never
    for (const auth of [clientSecretBasic(source), clientSecretPost(source), clientSecretJwt(source)]) {
      await using server = await serve(tokenAnswer())
      const client = clientOf(server.origin, { clientSecret: undefined, clientAuth: auth })
      expect(await errorOf(client.getToken())).toMatchObject({ name: 'TokenRequestError', code: 'invalid_client' })
      expect(server.requests.length).toBe(0)
    }
  })

  test('a single secret is not tried twice', async () => {
    await using t = await started('other', 'wrong')
    await errorOf(t.client.getToken())
    expect(t.secrets()).toEqual(['wrong'])
  })

  test.for<readonly [string, Secret]>([
    ['an empty list', []],
    ['an empty secret in a list', ['a', '']],
  ])('%s is refused', ([, secret]) => {
    expect(() => clientSecretPost(secret)).toThrow(/a client secret is a non-empty string, a list of them/)
  })
})
