import { Redis } from 'ioredis'
import { createSentinel } from 'redis'
import { expect, test } from 'vitest'
import { redisStore } from '../src/token-store.js'
import { startFleet, startIssuer, total } from './fleet/fleet.js'
import { keyOf, tokenOf } from './support/records.js'
import { startSentinel } from './support/redis-sentinel.js'

/** Seconds. */
const lifetime = 4
const keys = 4
/** Processes; `FLEET=64 pnpm test:redis sentinel` wants more. */
const size = Number(process.env.FLEET ?? 4)
const host = '127.0.0.1'

test('no process is without a token while a master dies and a sentinel puts its replica in its place', async () => {
  await using sentinel = await startSentinel()
  await using issuer = await startIssuer(lifetime)
  const fleet = await startFleet(size, (n) => ({
    redis: [sentinel.port],
    client: n % 2 === 0 ? 'sentinel' : 'ioredis-sentinel',
    master: sentinel.name,
    tokenEndpoint: issuer.tokenEndpoint,
    keys,
  }))
  await issuer.more(keys)
  await sentinel.failOver()
  await issuer.more(3 * keys)
  const { failures, expired, commands } = total(await fleet.stop())
  console.log('commands that failed meanwhile', commands)
  expect(failures).toEqual({})
  expect(expired).toBe(0)
})

test('what was saved before is there after, and can be locked and replaced, whichever the client', async () => {
  await using sentinel = await startSentinel()
  const { name } = sentinel
  const nodes = [{ host, port: sentinel.port }]
  const socket = { reconnectStrategy: () => 20 }
  const node = createSentinel({ name, sentinelRootNodes: nodes, nodeClientOptions: { socket } })
  const io = new Redis({ sentinels: nodes, name, lazyConnect: true, retryStrategy: () => 20 })
  for (const each of [node, io]) each.on('error', () => undefined)
  await Promise.all([node.connect(), io.connect()])
  const stores = [node, io].map((each) => redisStore(each, { encryptionKeys: [keyOf(1)], maxStaleness: 0 }))
  const of = (n: number) => ({ key: `key-${n}`, store: stores[n], other: stores[1 - n] })
  for (const { store, key } of [of(0), of(1)]) await store?.set(key, tokenOf('before'), 60)
  await sentinel.failOver()
  for (const { store, other, key } of [of(0), of(1)]) {
    const lock = await until(async () => await store?.lock(key, 60))
    expect((await other?.get(key))?.accessToken).toBe('before')
    await store?.set(key, tokenOf('after'), 60)
    await lock.release()
    await until(async () => ((await other?.get(key))?.accessToken === 'after' ? true : undefined))
  }
  await node.destroy()
  io.disconnect()
})

/** Asks until there is an answer: a client finds the new master in its own time. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask().catch(() => undefined)
    if (answer !== undefined) return answer
    await new Promise((resolve) => setImmediate(resolve))
  }
}
