import type { DpopNonces } from '@auth/core'
import { commandsOf, type RedisClient } from './client.js'
import { checkedNamespace } from './names.js'
import { checkNames, checkNumber } from './options.js'
import { shareNonce } from './scripts.js'

/** Options of {@link redisNonceStore}. */
export interface RedisNonceStoreOptions {
  /** What the names of all keys begin with. @default 'auth' */
  readonly namespace?: string | undefined
  /** Seconds after which there is a new nonce; one is accepted for as long again. @default 300 */
  readonly lifetime?: number | undefined
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined
}

/**
 * Nonces of an API (RFC 9449 §9) that its instances share through Redis, one for each window of time, random: no secret
 * has to be handed out. Nothing a client sends is stored.
 *
 * @throws TypeError when the client or an option is wrong.
 * @example dpopProofs({ origin: 'https://api.example.com', nonces: redisNonceStore(redis) })
 */
export function redisNonceStore(client: RedisClient, options: RedisNonceStoreOptions = {}): DpopNonces {
  checkNames(options, ['namespace', 'lifetime', 'now'], 'redisNonceStore')
  const { lifetime = 300, now = Date.now } = options
  checkNumber('lifetime', lifetime, 1, 86_400)
  if (typeof now !== 'function') throw new TypeError('now is a function')
  const namespace = checkedNamespace(options.namespace ?? 'auth')
  const commands = commandsOf(client)
  /** Those of the windows that count, by number: each is asked for once, however many requests wait for it. */
  const nonces = new Map<number, Promise<string>>()
  const windowNow = (): number => Math.floor(now() / 1000 / lifetime)
  const ask = async (window: number): Promise<string> => {
    if (!commands.isReady()) throw new Error('Redis is not connected')
    const own = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url')
    const nonce = await commands.run(
      shareNonce,
      [`${namespace}:{nonce}:${lifetime}:${window}`],
      [own, String(lifetime * 3000)],
    )
    if (typeof nonce !== 'string') throw new Error('Redis answered something else')
    return nonce
  }
  const nonceOf = (window: number): Promise<string> => {
    const joined = nonces.get(window)
    if (joined !== undefined) return joined
    for (const each of nonces.keys()) if (Math.abs(each - window) > 1) nonces.delete(each)
    const nonce = ask(window)
    nonces.set(window, nonce)
    nonce.catch(() => nonces.delete(window))
    return nonce
  }
  return Object.freeze({
    issue: () => nonceOf(windowNow()),
    accepts: async (nonce: string) => {
      const window = windowNow()
      const good = await Promise.all([nonceOf(window), nonceOf(window - 1)])
      return good.includes(nonce)
    },
  })
}
