/** What is used of a client of node-redis: of `createClient`, `createCluster`, `createSentinel` or a pool. */
export interface NodeRedis {
  readonly isReady?: boolean
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** What is used of a client of ioredis: of `Redis`, also with sentinels, or `Cluster`. */
export interface Ioredis {
  readonly status: string
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>
  defineCommand(name: string, definition: { lua: string }): unknown
}

/** A connected client of node-redis or ioredis. It stays the caller's: its errors are listened to and it is closed there. */
export type RedisClient = NodeRedis | Ioredis

/** A connection of its own for messages: a copy of the client, `client.duplicate()`. */
export type RedisSubscriber =
  | { subscribe(channel: string, listener: (message: string) => void): Promise<unknown> }
  | {
      subscribe(channel: string): Promise<unknown>
      on(event: 'message', listener: (channel: string, message: string) => void): unknown
      defineCommand(name: string, definition: { lua: string }): unknown
    }

/** The commands of a client, whichever it is. */
export interface Commands {
  /** Whether a command would be sent now; otherwise it might wait in line until long after it is wanted. */
  readonly isReady: () => boolean
  /** Runs a script: all of it, or none. Its keys lie on one node. */
  readonly run: (script: string, keys: readonly string[], values: readonly string[]) => Promise<unknown>
}

/** @throws TypeError when it is no such client. */
export function commandsOf(client: RedisClient): Commands {
  if (!isClient(client)) {
    throw new TypeError('the client is one of node-redis or ioredis, like await createClient({ url }).connect()')
  }
  return {
    isReady: () => ('status' in client ? client.status === 'ready' : client.isReady !== false),
    run: (script, keys, values) =>
      'defineCommand' in client
        ? client.eval(script, keys.length, ...keys, ...values)
        : client.eval(script, { keys: [...keys], arguments: [...values] }),
  }
}

function isClient(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return typeof Reflect.get(value, 'eval') === 'function'
}

/** @throws TypeError when it cannot listen, or is the client itself: a connection that listens does nothing else. */
export function checkSubscriber(subscriber: unknown, client: RedisClient): void {
  const listens = typeof subscriber === 'object' && subscriber !== null && subscriber !== client
  if (listens && typeof Reflect.get(subscriber, 'subscribe') === 'function') return
  throw new TypeError('subscriber is a connection of its own, like await client.duplicate().connect()')
}

/** Listens to a channel. @throws whatever the client rejects with. */
export async function listen(
  subscriber: RedisSubscriber,
  channel: string,
  heard: (message: string) => void,
): Promise<void> {
  if ('defineCommand' in subscriber) {
    subscriber.on('message', (name, message) => {
      if (name === channel) heard(message)
    })
    await subscriber.subscribe(channel)
  } else {
    await subscriber.subscribe(channel, heard)
  }
}
