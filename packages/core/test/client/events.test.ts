import { expect, test } from 'vitest'
import type { TokenClientEvent } from '../../src/client/events.js'
import { clientOf, errorOf } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { json, serve, tokenAnswer } from '../support/local-server.js'

test('a token got, served, failed to renew and suppressed: each is told, with how it went', async () => {
  await using server = await serve(tokenAnswer({ expires_in: '1000' }))
  const clock = testClock()
  const events: TokenClientEvent[] = []
  const client = clientOf(server.origin, { now: clock.now, onEvent: (event) => events.push(event) })
  const grant = 'client_credentials'
  await client.getToken()
  await client.getToken()
  server.handler = (_, response) => json(response, {}, 503, { 'retry-after': '60' })
  clock.advance(990)
  await client.getToken()
  await client.getToken()
  clock.advance(10)
  await errorOf(client.getToken())
  expect(events).toEqual([
    { type: 'acquired', grant, duration: 0, remaining: 1000, repairs: ['expires_in was a string'] },
    { type: 'hit', grant, remaining: 1000 },
    { type: 'failed', grant, code: 'temporarily_unavailable', status: 503, retryAt: 1_800_001_050 },
    { type: 'hit', grant, remaining: 10 },
    { type: 'suppressed', grant, reason: 'failed_before' },
    { type: 'hit', grant, remaining: 10 },
    { type: 'suppressed', grant, reason: 'failed_before' },
  ])
})

test('a renewal that was forced a moment ago is suppressed', async () => {
  await using server = await serve(tokenAnswer())
  const events: TokenClientEvent[] = []
  const client = clientOf(server.origin, { now: testClock().now, onEvent: (event) => events.push(event) })
  await client.getToken()
  await client.getToken({ forceRefresh: true })
  await client.getToken({ forceRefresh: true })
  expect(events.map((event) => ('reason' in event ? event.reason : event.type))).toEqual([
    'acquired',
    'acquired',
    'forced_before',
    'hit',
  ])
})
