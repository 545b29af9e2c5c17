import { setTimeout } from 'node:timers/promises'
import { createClient } from 'redis'
import { describe, expect, test } from 'vitest'
import { type Fleet, type Issuer, startFleet, startIssuer, total } from './fleet/fleet.js'
import type { Orders } from './fleet/orders.js'
import { startCuttingProxy } from './support/cutting-proxy.js'
import { type RedisServer, startRedis } from './support/redis-server.js'

/** Seconds; the tokens of the fleet are renewed every two of them. */
const lifetime = 4
const keys = 4
/** Processes; `FLEET=64 pnpm test:redis faults` wants more. */
const size = Number(process.env.FLEET ?? 4)

interface Scene {
  readonly redis: RedisServer
  readonly issuer: Issuer
  /** Sends a command of an operator. */
  readonly operate: (...command: string[]) => Promise<void>
}

async function operator(redis: RedisServer, command: readonly string[]): Promise<void> {
  const client = await createClient({ url: redis.url }).connect()
  try {
    await client.sendCommand(command)
  } finally {
    client.destroy()
  }
}

/** A fleet at work, what happens to it, and that nobody was without a token at any time. */
async function withstand(fault: (scene: Scene) => Promise<void>, over: (n: number) => Partial<Orders> = () => ({})) {
  await using redis = await startRedis()
  await using issuer = await startIssuer(lifetime)
  const fleet: Fleet = await startFleet(size, (n) => ({
    redis: [redis.port],
    tokenEndpoint: issuer.tokenEndpoint,
    keys,
    ...over(n),
  }))
  await issuer.more(keys)
  await fault({ redis, issuer, operate: (...command) => operator(redis, command) })
  const before = issuer.requests()
  // Everything is renewed twice more: it goes on as before.
  await issuer.more(2 * keys)
  const { failures, expired, calls } = total(await fleet.stop())
  expect(failures).toEqual({})
  expect(expired).toBe(0)
  expect(calls).toBeGreaterThan(size * keys * 20)
  return { requests: issuer.requests(), after: issuer.requests() - before }
}

describe('no process is without a token while Redis', () => {
  test('is killed and comes back empty', async () => {
    await withstand(async ({ redis, issuer }) => {
      await redis.kill()
      await issuer.more(keys)
      await redis.start()
    })
  })

  test('hangs for 5 s', async () => {
    await withstand(async ({ redis }) => {
      redis.freeze()
      await setTimeout(5000)
      redis.thaw()
    })
  })

  test('is flushed', async () => {
    await withstand(async ({ operate }) => {
      await operate('FLUSHALL')
    })
  })

  test('has no memory left, and then some', async () => {
    await withstand(async ({ operate, issuer }) => {
      await operate('CONFIG', 'SET', 'maxmemory', '1')
      await issuer.more(2 * keys)
      await operate('CONFIG', 'SET', 'maxmemory', '0')
    })
  })

  test('is a replica that cannot be written to, and then a master again', async () => {
    await withstand(async ({ operate, issuer }) => {
      await operate('REPLICAOF', '127.0.0.1', '1')
      await issuer.more(2 * keys)
      await operate('REPLICAOF', 'NO', 'ONE')
    })
  })

  test('has its answers cut short, at any byte', async () => {
    await using redis = await startRedis()
    await using proxy = await startCuttingProxy(redis.port)
    await withstand(
      async ({ issuer }) => {
        for (const bytes of [1, 3, 40, 200, 333]) {
          proxy.cutAfter(bytes)
          await issuer.more(1)
        }
      },
      () => ({ redis: [proxy.port] }),
    )
  })

  test('is fine, and the clocks of two processes are 20 s off', async () => {
    const skews = [0, 20_000, -20_000, 0]
    const { after } = await withstand(
      async () => undefined,
      (n) => ({ skew: skews[n] ?? 0 }),
    )
    expect(after).toBeLessThan(4 * keys)
  })
})
