import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { clientSecretPost } from '../../../src/oauth/client-authentication.js'
import { errorOf } from '../../support/client.js'
import { type Handler, json, tokenAnswer } from '../../support/local-server.js'
import { started } from '../../support/started.js'

/** A server that is down, slow or refuses: where other clients were measured failing, waiting or flooding it. */

const down =
  (retryAfter?: string): Handler =>
  (_, response) =>
    json(response, {}, 503, retryAfter === undefined ? {} : { 'retry-after': retryAfter })

const refuse =
  (error: string): Handler =>
  (_, response) =>
    json(response, { error }, 401)

describe('authorization server down, token still valid: google and smithy throw, msal on a network error', () => {
  test.for<readonly [string, Handler]>([
    ['answers 503', down()],
    ['answers 500', (_, response) => json(response, {}, 500)],
    ['cuts the connection', (_, response) => void response.destroy()],
    ['answers a page', (_, response) => void response.end('<html>')],
    ['refuses the client', refuse('invalid_client')],
  ])('ours serves it until exp: a server that %s', async ([, handler]) => {
    await using t = await started()
    await t.client.getToken()
    t.server.handler = handler
    for (const left of [100, 29, 1]) {
      t.clock.advance(t.clock.seconds() === 1_800_000_000 ? 3600 - left : left === 29 ? 71 : 28)
      expect((await t.client.getToken()).accessToken).toBe('token-0')
    }
    t.clock.advance(1)
    expect(await errorOf(t.client.getToken())).toMatchObject({ name: 'TokenRequestError' })
  })

  test("the renewal is tried again behind the callers' backs", async () => {
    await using t = await started()
    await t.client.getToken()
    t.server.handler = down('20')
    t.clock.advance(3600 - 95)
    expect((await t.client.getToken()).accessToken).toBe('token-0')
    await t.told('failed')
    t.server.handler = tokenAnswer()
    t.clock.advance(20)
    expect((await t.client.getToken()).accessToken).toBe('token-0')
    await t.told('renewed')
    expect((await t.client.getToken()).accessToken).not.toBe('token-0')
  })
})

describe('renewal inside the window: msal awaits it for 704 ms, the Azure cycler leaves a rejection', () => {
  test('never awaited: everybody is served before the next turn of the event loop', async () => {
    await using t = await started()
    await t.client.getToken()
    t.clock.advance(3600 - 31)
    t.server.handler = () => undefined
    const served: string[] = []
    for (let caller = 0; caller < 20; caller++) {
      void t.client.getToken().then(({ accessToken }) => served.push(accessToken))
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(served).toEqual(Array.from({ length: 20 }, () => 'token-0'))
    await t.server.received(2)
    t.client.close()
  })

  test('always caught: a renewal that fails ends no process', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    await using t = await started()
    await t.client.getToken()
    t.server.handler = refuse('invalid_client')
    t.clock.advance(3600 - 31)
    await t.client.getToken()
    await t.told('failed')
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })
})

describe('down with Retry-After: 30: nobody remembers, google asks 4 times', () => {
  test('ours makes one request while it runs, and tells until when', async () => {
    await using t = await started(down('30'))
    for (let second = 0; second < 30; second++) {
      const error = await errorOf(t.client.getToken())
      expect(error).toMatchObject({ code: 'temporarily_unavailable', retryable: true, retryAt: 1_800_000_030 })
      t.clock.advance(1)
    }
    expect(t.server.requests.length).toBe(1)
    t.server.handler = tokenAnswer()
    await t.client.getToken()
    expect(t.server.requests.length).toBe(2)
  })

  test('as a date, and never longer than an hour', async () => {
    await using t = await started()
    t.server.handler = down(new Date((t.clock.seconds() + 90) * 1000).toUTCString())
    expect(await errorOf(t.client.getToken())).toMatchObject({ retryAt: 1_800_000_090 })
    t.clock.advance(90)
    t.server.handler = down('999999')
    expect(await errorOf(t.client.getToken())).toMatchObject({ retryAt: 1_800_003_690 })
  })

  test('it never hides a live token', async () => {
    await using t = await started()
    await t.client.getToken({ scope: 'a' })
    t.server.handler = down('30')
    await errorOf(t.client.getToken({ scope: 'b' }))
    expect((await t.client.getToken({ scope: 'a' })).accessToken).toBe('token-0')
  })
})

describe('wrong secret: floods until blocked (zeebe-client#244)', () => {
  test('ours is remembered 30 s, doubling to 5 min, whatever is asked for', async () => {
    await using t = await started(refuse('invalid_client'))
    for (const [index, pause] of [30, 60, 120, 240, 300, 300].entries()) {
      await errorOf(t.client.getToken())
      t.clock.advance(pause - 1)
      for (const scope of ['a', 'b', undefined]) await errorOf(t.client.getToken({ scope }))
      expect(t.server.requests.length).toBe(index + 1)
      t.clock.advance(1)
    }
  })

  test('a new secret clears it', async () => {
    let secret = 'old'
    const onlyNew: Handler = (request, response: ServerResponse, index) =>
      (request.body.includes('client_secret=new') ? tokenAnswer() : refuse('invalid_client'))(request, response, index)
    const clientAuth = clientSecretPost(() => secret)
    await using t = await started(onlyNew, { clientSecret: undefined, clientAuth })
    await errorOf(t.client.getToken())
    secret = 'new'
    // The function is asked for another secret once a second, not at every call.
    t.clock.advance(1)
    expect((await t.client.getToken()).tokenType).toBe('Bearer')
  })
})
