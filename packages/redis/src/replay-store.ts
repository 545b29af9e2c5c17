import type { ReplayStore, UsedProof } from '@auth/core'
import { commandsOf, type RedisClient } from './client.js'
import { checkedNamespace } from './names.js'
import { checkNames, checkNumber } from './options.js'
import { addProof } from './scripts.js'

/** Options of {@link redisReplayStore}. */
export interface RedisReplayStoreOptions {
  /** What the names of all keys begin with. @default 'auth' */
  readonly namespace?: string | undefined
  /** Proofs of one client's key that are remembered at once; more make a 503. @default 10_000 */
  readonly maxPerKey?: number | undefined
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined
}

/**
 * Remembers used DPoP proofs for all instances of an API (RFC 9449 §11.1). Where Redis cannot remember one, the request is
 * refused with a 503: let it evict nothing (`maxmemory-policy noeviction`). A failover may forget the proofs of its last
 * moments, since replicas follow their master at a distance.
 *
 * @throws TypeError when the client or an option is wrong.
 * @example dpopProofs({ origin: 'https://api.example.com', replayStore: redisReplayStore(redis) })
 */
export function redisReplayStore(client: RedisClient, options: RedisReplayStoreOptions = {}): ReplayStore {
  checkNames(options, ['namespace', 'maxPerKey', 'now'], 'redisReplayStore')
  const { maxPerKey = 10_000, now = Date.now } = options
  if (typeof now !== 'function') throw new TypeError('now is a function')
  checkNumber('maxPerKey', maxPerKey, 1, 10_000_000)
  const namespace = checkedNamespace(options.namespace ?? 'auth')
  const commands = commandsOf(client)
  return Object.freeze({
    add: async ({ jkt, id, expiresAt }: UsedProof) => {
      if (!commands.isReady()) throw new Error('Redis is not connected')
      const answer = await commands.run(
        addProof,
        [`${namespace}:{${jkt}}:proofs`],
        [id, String(Math.max(1, expiresAt - now() / 1000)), String(maxPerKey)],
      )
      if (answer === 'added' || answer === 'seen' || answer === 'full') return answer
      throw new Error('Redis answered something else')
    },
  })
}
