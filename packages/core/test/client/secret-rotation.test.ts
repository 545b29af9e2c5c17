import { describe, expect, test } from 'vitest'
import { clientSecretPost, type Secret } from '../../src/oauth/client-authentication.js'
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
  test('a list: the next one once, and then that one', async () => {
    await using t = await started('new', ['old', 'new'])
    await t.client.getToken({ scope: 'a' })
    await t.client.getToken({ scope: 'b' })
    expect(t.secrets()).toEqual(['old', 'new', 'new'])
  })

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

  test('a function: asked for each request', async () => {
    const secrets = ['old', 'new']
    await using t = await started('new', () => secrets.shift() ?? 'new')
    await errorOf(t.client.getToken())
    t.clock.advance(30)
    await t.client.getToken()
    expect(t.secrets()).toEqual(['old', 'new'])
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
