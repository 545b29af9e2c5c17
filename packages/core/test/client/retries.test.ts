import { describe, expect, test } from 'vitest'
import type { TokenClientEvent } from '../../src/client/events.js'
import { clientOf, errorOf } from '../support/client.js'
import { type Handler, json, serve, tokenAnswer } from '../support/local-server.js'

const answer =
  (status: number, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    json(response, {}, status, headers)

const cut: Handler = (_, response) => void response.destroy()

describe('a failure that may be over at once', () => {
  test.for<readonly [name: string, failure: Handler, status: number | undefined]>([
    ['a connection that breaks', cut, undefined],
    ['502', answer(502), 502],
    ['503', answer(503), 503],
    ['504', answer(504), 504],
  ])('%s: the server is asked again, and nobody sees it', async ([, failure, status]) => {
    await using server = await serve((request, response, index) =>
      index < 2 ? failure(request, response, index) : tokenAnswer()(request, response, index),
    )
    const events: TokenClientEvent[] = []
    const client = clientOf(server.origin, { onEvent: (event) => events.push(event) })
    const tokens = await Promise.all([client.getToken(), client.getToken()])
    expect(tokens.map(({ accessToken }) => accessToken)).toEqual(['token-2', 'token-2'])
    const common = { type: 'retried', grant: 'client_credentials', source: 'authorization_server', status }
    expect(events).toMatchObject([{ ...common, attempt: 1 }, { ...common, attempt: 2 }, { type: 'acquired' }])
  })

  test('a client that is closed does not ask again', async () => {
    await using server = await serve(answer(503))
    const client = clientOf(server.origin, { onEvent: ({ type }) => type === 'retried' && client.close() })
    expect(await errorOf(client.getToken())).toMatchObject({ code: 'client_closed' })
    expect(server.requests.length).toBe(1)
  })
})

test.for<readonly [name: string, failure: Handler]>([
  ['503 with Retry-After', answer(503, { 'retry-after': '30' })],
  ['500', answer(500)],
  ['429', answer(429)],
  ['401', answer(401)],
  ['a redirect', answer(302, { location: '/elsewhere' })],
])('%s is not asked again', async ([, failure]) => {
  await using server = await serve(failure)
  await errorOf(clientOf(server.origin).getToken())
  expect(server.requests.length).toBe(1)
})
