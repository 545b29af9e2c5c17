import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startFleet, startIssuer, total } from './fleet/fleet.js'
import { startRedis } from './support/redis-server.js'

/** Seconds. */
const lifetime = 4
const lifetimes = 20
const size = 64
const keys = 10

test(`${size} processes share ${keys} tokens for ${lifetimes} lifetimes`, async () => {
  await using redis = await startRedis()
  await using issuer = await startIssuer(lifetime)
  const started = performance.now()
  const { tokenEndpoint } = issuer
  const fleet = await startFleet(size, (n) => ({
    redis: [redis.port],
    client: n % 2 === 0 ? 'node-redis' : 'ioredis',
    tokenEndpoint,
    keys,
    pause: 500,
    skew: 0,
  }))
  // The run itself: it takes as long as the tokens live.
  await setTimeout(lifetimes * lifetime * 1000)
  const reports = await fleet.stop()
  const seconds = (performance.now() - started) / 1000
  const { calls, failures, expired, medianCold } = total(reports)
  // The earliest a token is renewed is with half of its life left.
  const allowed = keys * (seconds / (lifetime / 2) + 1) * 1.01
  console.log(
    `${calls} calls of ${size} processes in ${seconds.toFixed(0)} s: ${issuer.requests()} token requests of ${allowed.toFixed(0)} allowed, cold process ${medianCold.toFixed(1)} ms`,
  )
  expect(failures).toEqual({})
  expect(expired).toBe(0)
  expect(issuer.requests()).toBeLessThanOrEqual(allowed)
}, 300_000)
