import { expect, test } from 'vitest'
import { refreshToken } from '../../src/client/grants/standard.js'
import { createTokenClient } from '../../src/client/token-client.js'
import { clientOf, errorOf } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { json, serve, tokenAnswer } from '../support/local-server.js'

/** A request of a runtime that ends its work with it. */
function request() {
  const work: Promise<unknown>[] = []
  return { work, waitUntil: (each: Promise<unknown>) => void work.push(each) }
}

test('requests do not join each other, and ask the server once', async () => {
  await using server = await serve(tokenAnswer())
  const client = clientOf(server.origin)
  const tokens = await Promise.all(Array.from({ length: 20 }, () => client.within(request()).getToken()))
  expect(new Set(tokens.map(({ accessToken }) => accessToken))).toEqual(new Set(['token-0']))
  expect(server.requests.length).toBe(1)
})

test('a request that was ended holds up the others no longer than its turn lasts', async () => {
  await using server = await serve(() => undefined)
  const clock = testClock()
  const client = clientOf(server.origin, { now: clock.now })
  const ended = client.within(request()).getToken()
  await server.received(1)
  server.handler = tokenAnswer()
  const other = client.within(request()).getToken()
  clock.advance(12)
  expect((await other).accessToken).toBe('token-1')
  client.close()
  expect(await errorOf(ended)).toMatchObject({ code: 'client_closed' })
})

test('a renewal that nobody waits for is kept alive by the request', async () => {
  await using server = await serve(tokenAnswer({ expires_in: 1000 }))
  const clock = testClock()
  const client = clientOf(server.origin, { now: clock.now })
  const first = request()
  await client.within(first).getToken()
  expect(first.work).toEqual([])
  clock.advance(969)
  const second = request()
  expect((await client.within(second).getToken()).accessToken).toBe('token-0')
  expect(second.work).toHaveLength(1)
  await Promise.all(second.work)
  expect((await client.within(request()).getToken()).accessToken).toBe('token-1')
})

test('a renewal that fails does not reject what keeps the request alive', async () => {
  await using server = await serve(tokenAnswer({ expires_in: 1000 }))
  const clock = testClock()
  const client = clientOf(server.origin, { now: clock.now })
  await client.getToken()
  server.handler = (_, response) => json(response, {}, 500)
  clock.advance(969)
  const renewing = request()
  await client.within(renewing).getToken()
  expect(await Promise.allSettled(renewing.work)).toMatchObject([{ status: 'fulfilled' }])
})

test('a refresh token that rotates is sent once, whatever scope and request want it', async () => {
  const used: string[] = []
  await using server = await serve(({ body }, response, index) => {
    const token = new URLSearchParams(body).get('refresh_token') ?? ''
    if (used.includes(token)) return json(response, { error: 'invalid_grant' }, 400)
    used.push(token)
    return json(response, { access_token: `token-${index}`, token_type: 'Bearer', refresh_token: `refresh-${index}` })
  })
  const client = createTokenClient({
    tokenEndpoint: `${server.origin}/token`,
    clientId: 'client',
    grant: refreshToken('given'),
    allowedOrigins: [server.origin],
  })
  const tokens = await Promise.all(Array.from({ length: 10 }, () => client.within(request()).getToken()))
  expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1)
  expect(used).toEqual(['given'])
})

test('closing one view closes the client', async () => {
  await using server = await serve(tokenAnswer())
  const client = clientOf(server.origin)
  client.within(request()).close()
  expect(await errorOf(client.getToken())).toMatchObject({ code: 'client_closed' })
})
