import type { StoredToken, TokenStore } from '@auth/core'
import { checkSubscriber, commandsOf, type RedisClient } from './client.js'
import { envelope } from './envelope.js'
import { safely } from './events.js'
import { keyRing } from './key-ring.js'
import { Memory } from './memory.js'
import { checkedNamespace } from './names.js'
import { checkOptions, type RedisStoreOptions } from './options.js'
import { Records } from './records.js'
import { SharedClock } from './shared-clock.js'

/** A token store that has a lock. */
export type RedisStore = TokenStore & { readonly lock: NonNullable<TokenStore['lock']> }

/**
 * Keeps tokens in Redis or Valkey, encrypted, for all processes of a fleet: whichever renews one, all have it, and no
 * refresh token is sent twice. What was read lately is answered from memory, and so is everything while Redis is away.
 *
 * @param client of node-redis or ioredis, connected: one server, Sentinel or Cluster. Listen to its `error`.
 * @throws TypeError saying which option is wrong, what was expected, and an example.
 * @example
 * const redis = await createClient({ url: process.env.REDIS_URL }).on('error', log).connect()
 * const cache = redisStore(redis, { encryptionKeys: [process.env.TOKEN_KEY] })
 * const client = createTokenClient({ profile: portx(), clientId, clientSecret, cache })
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions): RedisStore {
  checkOptions(options)
  const { encryptionKeys, maxStaleness = 5, maxEntries = 1000, sessionLifetime = 7_776_000, now = Date.now } = options
  const namespace = checkedNamespace(options.namespace ?? 'auth')
  const commands = commandsOf(client)
  if (options.subscriber !== undefined) checkSubscriber(options.subscriber, client)
  const tell = safely(options.onEvent)
  const records = new Records({
    commands,
    tell,
    namespace,
    sessionLifetime,
    envelope: envelope(encryptionKeys === undefined ? undefined : keyRing(encryptionKeys)),
    memory: new Memory(maxEntries, maxStaleness * 1000, now),
    clock: new SharedClock(now),
  })
  if (options.subscriber !== undefined) records.listen(options.subscriber)
  return Object.freeze({
    get: (key: string) => records.get(key),
    set: (key: string, token: StoredToken, lifetime: number | undefined) => records.set(key, token, lifetime),
    delete: (key: string) => records.delete(key),
    lock: (key: string, lifetime: number) => records.lock(key, lifetime),
  })
}
