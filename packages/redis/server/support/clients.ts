import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { RedisClient, RedisSubscriber } from '../../src/client.js'

/** A client that is connected, and what closes it. */
export interface Connected {
  readonly client: RedisClient
  readonly subscriber: RedisSubscriber
  readonly close: () => void
}

/** The clients people have. Both try again at once, so that a test need not wait for them. */
export const clients: readonly (readonly [name: string, connect: (url: string) => Promise<Connected>])[] = [
  [
    'node-redis',
    async (url) => {
      const open = async () => {
        const client = createClient({ url, socket: { reconnectStrategy: () => 20 } })
        // A test that ends the server sees many of them.
        client.on('error', () => undefined)
        return await client.connect()
      }
      const [client, subscriber] = [await open(), await open()]
      return {
        client,
        subscriber,
        close: () => {
          client.destroy()
          subscriber.destroy()
        },
      }
    },
  ],
  [
    'ioredis',
    async (url) => {
      const open = async () => {
        const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 20 })
        client.on('error', () => undefined)
        await client.connect()
        return client
      }
      const [client, subscriber] = [await open(), await open()]
      return {
        client,
        subscriber,
        close: () => {
          client.disconnect()
          subscriber.disconnect()
        },
      }
    },
  ],
]
