import { createTokenClient, TokenRequestError } from '@auth/core'
import { type RedisClient, type RedisStoreEvent, redisStore } from '@auth/redis'
import { Redis } from 'ioredis'
import { createClient, createCluster, createSentinel } from 'redis'
import type { Orders, Report } from './orders.js'

/** One process of a fleet: it wants tokens all the time, and tells what it got when it is asked to stop. */
process.once('message', (orders: Orders) => {
  live(orders).catch((error: unknown) => {
    process.send?.({ died: String(error) })
    process.exit(1)
  })
})

async function live(orders: Orders): Promise<void> {
  const { tokenEndpoint, keys, pause, skew } = orders
  const now = () => Date.now() + skew
  const redis = await connect(orders)
  const report: Report = { calls: 0, failures: {}, expired: 0, commands: {}, tokens: [], cold: 0 }
  const onEvent = (event: RedisStoreEvent): void => {
    const name = event.type === 'command_failed' ? `${event.operation} ${event.reason}` : event.type
    report.commands[name] = (report.commands[name] ?? 0) + 1
  }
  const cache = redisStore(redis, { encryptionKeys: [new Uint8Array(32).fill(7)], now, onEvent })
  const client = createTokenClient({ tokenEndpoint, clientId: 'fleet', clientSecret: 'secret', cache, now })
  const seen = new Set<string>()
  const use = async (scope: string): Promise<void> => {
    report.calls++
    const asked = Date.now()
    try {
      const { accessToken } = await client.getToken({ scope })
      seen.add(accessToken)
      // It says itself until when it is good, by the clock that counts; a process that had to wait for the CPU is late itself.
      if (Number(accessToken.split('.')[1]) <= asked) report.expired++
    } catch (error) {
      const code = error instanceof TokenRequestError ? error.code : String(error)
      report.failures[code] = (report.failures[code] ?? 0) + 1
    }
  }
  const scopes = Array.from({ length: keys }, (_, n) => `key${n}`)
  const started = performance.now()
  await use(scopes[0] ?? '')
  report.cold = performance.now() - started
  process.send?.({ ready: true })
  const rounds = setInterval(() => {
    for (const scope of scopes) void use(scope)
  }, pause)
  process.once('message', () => {
    clearInterval(rounds)
    report.tokens = [...seen]
    process.send?.(report, () => process.exit(0))
  })
}

/** Connects the way people do. It tries again at once, so that a test need not wait for it. */
async function connect({ redis: ports, client, master }: Orders): Promise<RedisClient> {
  return await ways[client](ports, master)
}

const again = (): number => 50
const socket = { reconnectStrategy: again }
const host = '127.0.0.1'

type Way = (ports: readonly number[], master: string) => Promise<RedisClient>

const ways: Readonly<Record<Orders['client'], Way>> = {
  'node-redis': async ([port]) => await listened(createClient({ url: `redis://${host}:${port}`, socket })).connect(),
  ioredis: async ([port = 0]) => await opened(new Redis({ host, port, lazyConnect: true, retryStrategy: again })),
  cluster: async (ports) => {
    const rootNodes = ports.map((port) => ({ url: `redis://${host}:${port}` }))
    return await listened(createCluster({ rootNodes, defaults: { socket } })).connect()
  },
  sentinel: async (ports, name) => {
    const sentinelRootNodes = ports.map((port) => ({ host, port }))
    return await listened(createSentinel({ name, sentinelRootNodes, nodeClientOptions: { socket } })).connect()
  },
  'ioredis-sentinel': async (ports, name) => {
    const sentinels = ports.map((port) => ({ host, port }))
    const waits = { retryStrategy: again, sentinelRetryStrategy: again }
    return await opened(new Redis({ sentinels, name, lazyConnect: true, ...waits }))
  },
}

/** A test that ends servers sees many errors. */
function listened<T extends { on(event: 'error', listener: () => void): unknown }>(client: T): T {
  client.on('error', () => undefined)
  return client
}

async function opened(client: Redis): Promise<Redis> {
  await listened(client).connect()
  return client
}
