import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../../src/cache/memory-store.js'
import type { TokenStore } from '../../../src/cache/store.js'
import {
  type BasicEncoding,
  clientSecretBasic,
  clientSecretPost,
  type Secret,
} from '../../../src/oauth/client-authentication.js'
import { errorOf } from '../../support/client.js'
import { type Handler, json, tokenAnswer } from '../../support/local-server.js'
import { started } from '../../support/started.js'

/** Secrets, where they are sent and kept: where other clients were measured stopping, printing or leaking. */

describe('secret rotation: elsewhere it takes a restart', () => {
  /** Knows the client by its new secret only. */
  const renewed: Handler = (request, response, index) =>
    new URLSearchParams(request.body).get('client_secret') === 'new'
      ? tokenAnswer()(request, response, index)
      : json(response, { error: 'invalid_client' }, 401)

  const secrets = ['old', 'new']
  test.for<readonly [string, Secret]>([
    ['a list', ['old', 'new']],
    ['a function', () => secrets.shift() ?? 'new'],
    ['an async function', async () => secrets.shift() ?? 'new'],
  ])('%s: on invalid_client the next one once, and then that one', async ([, secret]) => {
    secrets.splice(0, 2, 'old', 'new')
    await using t = await started(renewed, { clientSecret: undefined, clientAuth: clientSecretPost(secret) })
    for (const scope of ['a', 'b']) await t.client.getToken({ scope })
    const sent = t.server.requests.map(({ body }) => new URLSearchParams(body).get('client_secret'))
    expect(sent).toEqual(['old', 'new', 'new'])
  })

  test('a value is sent once: there is no next one', async () => {
    await using t = await started(renewed, { clientSecret: 'old' })
    await errorOf(t.client.getToken())
    expect(t.server.requests.length).toBe(1)
  })
})

describe('secrets in output: oauth4webapi has them in error.cause, simple-oauth2 and google print them', () => {
  test.for<readonly [string, Handler]>([
    [
      'an error that echoes the request',
      ({ body, headers }, response) =>
        json(response, { error: 'invalid_client', error_description: `${body} ${headers.authorization}` }, 400),
    ],
    ['a token that is no token', (_, response) => json(response, { access_token: 'planted \n', token_type: 'Bearer' })],
    ['a page', ({ body }, response) => void response.end(`<html>planted ${body}`)],
    ['a status', ({ body }, response) => void response.writeHead(500, body.slice(0, 20)).end('planted')],
  ])('none in the error, its cause, events, inspect or JSON: %s', async ([, handler]) => {
    const clientAuth = clientSecretPost('planted-secret-of-ours')
    await using t = await started(handler, {
      clientSecret: undefined,
      clientAuth,
    })
    const error = await errorOf(t.client.getToken())
    const text = [error, t.client, t.events]
      .flatMap((each) => [inspect(each, { depth: 10, showHidden: true }), JSON.stringify(each), String(each)])
      .join('\n')
    expect(error).toMatchObject({ name: 'TokenRequestError' })
    expect(text).not.toContain('planted')
  })
})

describe('Basic encoding: oauth4webapi escapes "- _ ." and breaks servers that do not decode', () => {
  test.for<readonly [encoding: BasicEncoding | undefined, pair: string]>([
    [undefined, 'a-b_c.d%2B%25+%C3%BC:s-_.%3A%2F'],
    ['form', 'a-b_c.d%2B%25+%C3%BC:s-_.%3A%2F'],
    ['strict', 'a%2Db%5Fc%2Ed%2B%25+%C3%BC:s%2D%5F%2E%3A%2F'],
    ['raw', 'a-b_c.d+% ü:s-_.:/'],
  ])('F-1 %s', async ([encoding, pair]) => {
    const clientAuth = clientSecretBasic('s-_.:/', { encoding })
    await using t = await started(tokenAnswer(), { clientId: 'a-b_c.d+% ü', clientSecret: undefined, clientAuth })
    await t.client.getToken()
    const { authorization = '' } = t.server.requests[0]?.headers ?? {}
    expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe(pair)
  })
})

describe('shared cache: msal keeps one blob per partition', () => {
  test('ours one record per key, and no credential in a key', async () => {
    const inner = memoryStore()
    const keys: string[] = []
    const cache: TokenStore = {
      ...inner,
      set: async (key, token, lifetime) => {
        keys.push(key)
        await inner.set(key, token, lifetime)
      },
    }
    await using t = await started(tokenAnswer(), { cache, clientSecret: 'planted-secret' })
    for (const scope of ['a', 'b', 'c']) await t.client.getToken({ scope })
    expect(new Set(keys).size).toBe(3)
    expect(keys.join()).not.toContain('planted')
  })

  test('G-25 an outage is a miss, and its failure is told', async () => {
    const down = () => Promise.reject(new Error('down'))
    await using t = await started(tokenAnswer(), { cache: { get: down, set: down, delete: down } })
    for (let call = 0; call < 3; call++) expect((await t.client.getToken()).accessToken).toBe('token-0')
    expect(t.server.requests.length).toBe(1)
    expect(t.events.map(({ type }) => type)).toContain('store_failed')
  })

  test('one that hangs is a miss after its budget', async () => {
    const hanging = (): Promise<never> => new Promise(() => undefined)
    await using t = await started(tokenAnswer(), { cache: { get: hanging, set: hanging, delete: hanging } })
    expect((await t.client.getToken()).accessToken).toBe('token-0')
  })
})
