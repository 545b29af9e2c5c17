import { storeContract } from '@auth/testing'
import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisStore } from '../src/token-store.js'
import { startFleet, startIssuer, total } from './fleet/fleet.js'
import { keyOf, tokenOf } from './support/records.js'
import { type RedisCluster, startCluster } from './support/redis-cluster.js'

let cluster: RedisCluster
beforeAll(async () => {
  cluster = await startCluster()
}, 60_000)
afterAll(() => cluster[Symbol.asyncDispose]())

const encryptionKeys = [keyOf(1)]

describe('the contract of a token store, on a cluster', () => {
  let close = (): void => undefined
  afterAll(() => close())

  describe('with node-redis', async () => {
    const opened: { client?: Awaited<ReturnType<typeof connect>> } = {}
    const connect = async () =>
      await createCluster({ rootNodes: cluster.ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })) }).connect()
    beforeAll(async () => {
      opened.client = await connect()
      close = () => opened.client?.destroy()
    })
    const create = () => {
      if (opened.client === undefined) throw new Error('it is not connected')
      return redisStore(opened.client, { encryptionKeys, maxStaleness: 0, namespace: 'node-redis' })
    }
    for (const { name, run } of storeContract({ create, lock: true })) test(name, run)
  })

  test('with ioredis a record is written, read and locked', async () => {
    const client = new Cluster(cluster.ports.map((port) => ({ host: '127.0.0.1', port })))
    const create = () => redisStore(client, { encryptionKeys, maxStaleness: 0, namespace: 'ioredis' })
    await new Promise<void>((resolve) => client.once('ready', () => resolve()))
    for (const { run } of storeContract({ create, lock: true }).filter(({ name }) => !/lifetime/.test(name)))
      await run()
    client.disconnect()
  })
})

test('what one process deletes, another forgets at once, whichever node it listens to', async () => {
  const rootNodes = cluster.ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }))
  const [client, subscriber] = await Promise.all([1, 2].map(() => createCluster({ rootNodes }).connect()))
  if (client === undefined || subscriber === undefined) throw new Error('they are not connected')
  const other = redisStore(client, { encryptionKeys, subscriber, maxStaleness: 60 })
  const one = redisStore(client, { encryptionKeys })
  // Keys lie on all nodes; the subscription is there when its first message is.
  for (let heard = 0, n = 0; heard < 20; n++) {
    await one.set(`revoked-${n}`, tokenOf('a'), 60)
    await other.get(`revoked-${n}`)
    await one.delete(`revoked-${n}`)
    await new Promise((resolve) => setImmediate(resolve))
    if ((await other.get(`revoked-${n}`)) === undefined) heard++
  }
  client.destroy()
  subscriber.destroy()
})

/** Seconds. */
const lifetime = 4
const keys = 6
/** Processes; `FLEET=64 pnpm test:redis cluster` wants more. */
const size = Number(process.env.FLEET ?? 4)

test('no process is without a token while a master dies and its replica takes over', async () => {
  await using issuer = await startIssuer(lifetime)
  const fleet = await startFleet(size, () => ({
    redis: cluster.ports,
    client: 'cluster',
    tokenEndpoint: issuer.tokenEndpoint,
    keys,
  }))
  await issuer.more(keys)
  await cluster.failOver()
  await issuer.more(3 * keys)
  const { failures, expired } = total(await fleet.stop())
  expect(failures).toEqual({})
  expect(expired).toBe(0)
}, 120_000)
