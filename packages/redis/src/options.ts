import type { RedisSubscriber } from './client.js'
import type { RedisStoreEvent } from './events.js'
import type { EncryptionKeys } from './key-ring.js'

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /**
   * Keys that records are encrypted with (AES-256-GCM): 32 bytes each, as they are or in base64. The first one writes,
   * all of them read: to rotate, add a new one at the end everywhere, then put it in front everywhere, and drop the old
   * one when its tokens have expired.
   */
  readonly encryptionKeys?: EncryptionKeys | undefined
  /** Stores tokens as they are, for whoever can read this Redis to use. Instead of `encryptionKeys`. @default false */
  readonly dangerouslyStorePlaintext?: boolean | undefined
  /** What the names of all keys begin with; clients with different ones share nothing. @default 'auth' */
  readonly namespace?: string | undefined
  /** Seconds for which what was read is believed without another look, 0 to 60. @default 5 */
  readonly maxStaleness?: number | undefined
  /** Records remembered in this process. @default 1000 */
  readonly maxEntries?: number | undefined
  /** Seconds for which a record with a refresh token is kept that nobody renews. @default 7_776_000, 90 days */
  readonly sessionLifetime?: number | undefined
  /**
   * A connection of its own, `await client.duplicate().connect()`: what one process revokes, all others forget at once.
   * @default none: they forget it within `maxStaleness`
   */
  readonly subscriber?: RedisSubscriber | undefined
  /** Told what goes wrong. What it throws is ignored. */
  readonly onEvent?: ((event: RedisStoreEvent) => void) | undefined
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined
}

const names: Readonly<Record<keyof RedisStoreOptions, true>> = {
  encryptionKeys: true,
  dangerouslyStorePlaintext: true,
  namespace: true,
  maxStaleness: true,
  maxEntries: true,
  sessionLifetime: true,
  subscriber: true,
  onEvent: true,
  now: true,
}

/** @throws TypeError */
export function checkOptions(options: RedisStoreOptions): void {
  checkNames(options, Object.keys(names), 'redisStore')
  const { encryptionKeys, dangerouslyStorePlaintext = false, onEvent, now } = options
  if (typeof dangerouslyStorePlaintext !== 'boolean') throw new TypeError('dangerouslyStorePlaintext is true or false')
  if ((encryptionKeys === undefined) !== dangerouslyStorePlaintext) {
    throw new TypeError(
      'redisStore takes encryptionKeys, like [process.env.TOKEN_KEY], or dangerouslyStorePlaintext: true',
    )
  }
  checkNumber('maxStaleness', options.maxStaleness ?? 5, 0, 60)
  checkNumber('maxEntries', options.maxEntries ?? 1000, 1, 1_000_000)
  checkNumber('sessionLifetime', options.sessionLifetime ?? 1, 1, 315_360_000)
  for (const [name, value] of Object.entries({ onEvent, now })) {
    if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} is a function`)
  }
}

/** @throws TypeError for what is no object, or has a misspelt member. */
export function checkNames(options: unknown, known: readonly string[], name: string): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${name} takes options: an object`)
  const unknown = Object.keys(options).find((each) => !known.includes(each))
  if (unknown !== undefined) throw new TypeError(`${name} has no option '${unknown}'; it has ${known.join(', ')}`)
}

/** @throws TypeError */
export function checkNumber(name: string, value: unknown, least: number, most: number): void {
  if (typeof value === 'number' && value >= least && value <= most) return
  throw new TypeError(`${name} is a number from ${least} to ${most}`)
}
