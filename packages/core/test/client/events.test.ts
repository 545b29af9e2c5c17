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
  await client.getToken()
  await client.getToken()
  server.handler = (_, response) => json(response, {}, 503, { 'retry-after': '60' })
  clock.advance(990)
  await client.getToken()
  await client.getToken()
  clock.advance(10)
  await errorOf(client.getToken())
  const store = { grant: 'client_credentials', source: 'store', duration: 0 }
  const asked = { ...store, source: 'authorization_server' }
  const failed = { type: 'failed', code: 'temporarily_unavailable', status: 503, retryAt: 1_800_001_050 }
  expect(events).toEqual([
    { type: 'acquired', ...asked, remaining: 1000, repairs: ['expires_in was a string'] },
    { type: 'hit', ...store, remaining: 1000 },
    { ...failed, ...asked, remaining: 10, background: false },
    { type: 'hit', ...store, remaining: 10 },
    { type: 'suppressed', ...store, remaining: 10, reason: 'failed_before' },
    { type: 'hit', ...store, remaining: 10 },
    { type: 'suppressed', ...store, remaining: 0, reason: 'failed_before' },
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
