import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startFleet, startIssuer, total } from './fleet/fleet.js'
import type { Report } from './fleet/orders.js'
import { startRedis } from './support/redis-server.js'

/** Seconds. */
const lifetime = 4
const lifetimes = 20
/** Processes; `FLEET=16 pnpm test:redis fleet` wants fewer. */
const size = Number(process.env.FLEET ?? 64)
const keys = 10

test(`${size} processes share ${keys} tokens for ${lifetimes} lifetimes`, async () => {
  await using redis = await startRedis()
  await using issuer = await startIssuer(lifetime)
  const started = performance.now()
  const { tokenEndpoint } = issuer
  const fleet = await startFleet(size, () => ({
    redis: [redis.port],
    tokenEndpoint,
    keys,
    pause: 500,
  }))
  // The run itself: it takes as long as the tokens live.
  await setTimeout(lifetimes * lifetime * 1000)
  const reports = await fleet.stop()
  const seconds = (performance.now() - started) / 1000
  const { calls, failures, expired, commands } = total(reports)
  // The earliest a token is renewed is with half of its life left.
  const allowed = keys * (seconds / (lifetime / 2) + 1) * 1.01
  console.log(
    `${calls} calls of ${size} processes in ${seconds.toFixed(0)} s: ${issuer.requests()} token requests of ${allowed.toFixed(0)} allowed`,
    commands,
  )
  expect(failures).toEqual({})
  expect(expired).toBe(0)
  expect(issuer.requests()).toBeLessThanOrEqual(allowed)
}, 600_000)

test('a process that comes later finds its token in Redis', async () => {
  await using redis = await startRedis()
  await using issuer = await startIssuer(3600)
  const client = (n: number) => (n % 2 === 0 ? 'node-redis' : 'ioredis')
  const { tokenEndpoint } = issuer
  const reports: Report[] = []
  for (let n = 0; n < 16; n++)
    reports.push(
      ...(await (
        await startFleet(1, () => ({ redis: [redis.port], client: client(n), tokenEndpoint, pause: 500 }))
      ).stop()),
    )
  const { medianCold, failures } = total(reports.slice(1))
  console.log(`the first call of a process took ${medianCold.toFixed(1)} ms, Redis included (median of 15)`)
  expect(failures).toEqual({})
  expect(issuer.requests()).toBe(1)
}, 120_000)
