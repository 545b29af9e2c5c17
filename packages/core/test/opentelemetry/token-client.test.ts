import { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, type ContextManager, context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { TokenStore } from '../../src/cache/store.js'
import { refreshToken } from '../../src/client/grants/standard.js'
import { tokenClientTelemetry } from '../../src/opentelemetry/index.js'
import { clientOf, errorOf, secret } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { gate } from '../support/gate.js'
import { type Handler, json, serve, tokenAnswer } from '../support/local-server.js'
import { secondsOf, startTelemetry } from '../support/telemetry.js'

const grant = { 'oauth.grant.type': 'client_credentials' }
const acquired = { ...grant, 'oauth.token.source': 'authorization_server', 'oauth.client.background': false }

/** A life on a loopback server, by a clock that moves one second while a request is under way. */
async function live() {
  await using server = await serve(() => undefined)
  const telemetry = startTelemetry()
  const clock = testClock()
  const { now } = clock
  const onEvent = tokenClientTelemetry({ ...telemetry, now })
  const answering =
    (handler: Handler): Handler =>
    (request, response, index) => {
      clock.advance(1)
      return handler(request, response, index)
    }
  const store = memoryStore()
  let { get } = store
  const cache: TokenStore = { ...store, get: (key) => get(key) }
  const client = clientOf(server.origin, { now, onEvent, cache })
  server.handler = answering(tokenAnswer({ expires_in: '1000' }))
  await client.getToken()
  await client.getToken()
  await client.getToken({ forceRefresh: true })
  await client.getToken({ forceRefresh: true })
  server.handler = answering((_, response) => json(response, { error: secret }, 503, { 'retry-after': '60' }))
  clock.advance(990)
  await client.getToken()
  await client.getToken()
  clock.advance(100)
  server.handler = (_, response) => json(response, { error: 'invalid_client', error_description: secret }, 401)
  await errorOf(client.getToken())
  get = () => Promise.reject(new Error(secret))
  await errorOf(client.getToken())
  return { ...telemetry, end: clock.seconds() }
}

test('the metrics of a life: every one, with its unit and attributes', async () => {
  const { metrics } = await live()
  const failed = { ...acquired, 'error.type': 'temporarily_unavailable', 'http.response.status_code': 503 }
  const refused = { ...acquired, 'error.type': 'invalid_client', 'http.response.status_code': 401 }
  expect(await metrics()).toEqual({
    'oauth.client.token.acquisition.duration s': [
      { attributes: acquired, value: { count: 2, sum: 2 } },
      { attributes: failed, value: { count: 1, sum: 1 } },
      { attributes: refused, value: { count: 1, sum: 0 } },
    ],
    'oauth.client.token.remaining_lifetime s': [{ attributes: grant, value: { count: 6, sum: 999 * 4 + 8 + 8 } }],
    'oauth.client.cache.hits {hit}': [{ attributes: grant, value: 4 }],
    'oauth.client.request.suppressions {suppression}': [
      { attributes: { ...grant, 'oauth.client.suppression.reason': 'forced_before' }, value: 1 },
      { attributes: { ...grant, 'oauth.client.suppression.reason': 'failed_before' }, value: 2 },
    ],
    'oauth.client.store.failures {failure}': [
      { attributes: { ...grant, 'oauth.client.store.operation': 'get' }, value: 1 },
    ],
    'oauth.client.response.repairs {repair}': [{ attributes: grant, value: 2 }],
  })
})

test('the spans of a life: what was asked of the server, when it began, and how it ended', async () => {
  const { spans, end } = await live()
  expect(
    spans().map(({ name, kind, status, startTime, endTime, attributes }) => ({
      name,
      kind,
      status,
      start: secondsOf(startTime) - end,
      end: secondsOf(endTime) - end,
      attributes,
    })),
  ).toMatchObject([
    { name: 'acquire_token client_credentials', kind: 2, status: { code: 0 }, start: -1093, end: -1092 },
    { attributes: { ...acquired, 'oauth.token.remaining_lifetime': 999 }, start: -1092, end: -1091 },
    { attributes: { 'error.type': 'temporarily_unavailable' }, status: { code: 2 }, start: -101, end: -100 },
    { attributes: { 'error.type': 'invalid_client' }, status: { code: 2 }, start: 0, end: 0 },
  ])
})

test('a renewal behind the callers, and what was sent again', async () => {
  await using server = await serve(tokenAnswer({ expires_in: 1000 }))
  const { meter, metrics, tracer, spans } = startTelemetry()
  const clock = testClock()
  const record = tokenClientTelemetry({ meter, tracer })
  const renewed = gate()
  const client = clientOf(server.origin, {
    now: clock.now,
    onEvent: (event) => {
      record(event)
      if (event.type === 'renewed') renewed.open()
    },
  })
  server.handler = (request, response, index) =>
    index === 0 ? json(response, {}, 502) : tokenAnswer({ expires_in: 1000 })(request, response, index)
  await client.getToken()
  clock.advance(900)
  await client.getToken()
  await renewed.opened
  const points = await metrics()
  expect(points['oauth.client.request.retries {retry}']).toEqual([
    { attributes: { ...grant, 'error.type': 'server_error', 'http.response.status_code': 502 }, value: 1 },
  ])
  expect(points['oauth.client.token.acquisition.duration s']?.map(({ attributes }) => attributes)).toEqual([
    acquired,
    { ...acquired, 'oauth.client.background': true },
  ])
  expect(spans().map(({ attributes }) => attributes['oauth.client.background'])).toEqual([false, true])
})

test('nothing recorded holds a token or a secret', async () => {
  await using server = await serve(tokenAnswer({ access_token: secret, refresh_token: secret, scope: secret }))
  const { meter, tracer, metrics, spans } = startTelemetry()
  const onEvent = tokenClientTelemetry({ meter, tracer })
  const client = clientOf(server.origin, { onEvent, grant: refreshToken(`${secret}-2`), scope: secret })
  await client.getToken()
  server.handler = (_, response) => json(response, { error: secret, error_description: secret }, 400)
  await client.getToken({ forceRefresh: true })
  const shown = JSON.stringify([
    await metrics(),
    spans().map(({ name, attributes, status }) => [name, attributes, status]),
  ])
  expect(shown).toContain('refresh_token')
  expect(shown).toContain('error.type')
  expect(shown).not.toContain(secret)
})

test('the span of an acquisition belongs to who asked', async () => {
  await using server = await serve(tokenAnswer())
  const { tracer, spans } = startTelemetry()
  const client = clientOf(server.origin, { onEvent: tokenClientTelemetry({ tracer }) })
  context.setGlobalContextManager(asyncContexts())
  try {
    const parent = tracer.startSpan('job')
    await context.with(trace.setSpan(ROOT_CONTEXT, parent), () => client.getToken())
    expect(spans()[0]?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId)
  } finally {
    context.disable()
  }
})

test('a meter alone makes no spans, a tracer alone no metrics', async () => {
  await using server = await serve(tokenAnswer())
  const { meter, tracer, metrics, spans } = startTelemetry()
  await clientOf(server.origin, { onEvent: tokenClientTelemetry({ meter }) }).getToken()
  expect(spans()).toEqual([])
  const before = await metrics()
  await clientOf(server.origin, { onEvent: tokenClientTelemetry({ tracer }) }).getToken()
  expect(spans()).toHaveLength(1)
  expect(await metrics()).toEqual(before)
})

function asyncContexts(): ContextManager {
  const storage = new AsyncLocalStorage<Context>()
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...parameters) => storage.run(active, () => work.call(self, ...parameters)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  }
  return manager
}
