import { checkNames, isCount } from '../shapes.js'

/** One proof that was used. */
export interface UsedProof {
  /** The thumbprint of the key that made it: each key has a share of the store. */
  readonly jkt: string
  /** The SHA-256 of its `jti` in base64url: 43 characters, whatever a client sends. */
  readonly id: string
  /** Seconds since the epoch: later it is too old to be accepted anyway. */
  readonly expiresAt: number
}

/**
 * Remembers the proofs that were used (RFC 9449 §11.1), for all instances of an API together.
 *
 * `add` is atomic: of two calls with one `jkt` and `id`, also at once and from two machines, one is answered `'added'`
 * and the other `'seen'`. A store that cannot remember answers `'full'` or throws, and forgets no living entry to make
 * room; the request is then refused with a 503. So it is when the answer takes more than a second.
 *
 * @example
 * const replayStore: ReplayStore = {
 *   add: async ({ jkt, id, expiresAt }) => {
 *     const seconds = Math.max(1, Math.ceil(expiresAt - Date.now() / 1000))
 *     const answer = await redis.set(`dpop:${jkt}:${id}`, '1', { NX: true, EX: seconds })
 *     return answer === null ? 'seen' : 'added'
 *   },
 * }
 */
export interface ReplayStore {
  add(proof: UsedProof): 'added' | 'seen' | 'full' | Promise<'added' | 'seen' | 'full'>
}

/** Options of {@link memoryReplayStore}. */
export interface MemoryReplayStoreOptions {
  /** Proofs that are remembered at once; more make a 503. @default 100_000 */
  readonly maxEntries?: number | undefined
  /** Proofs of one key among them, so that no client fills the store for the others. @default a tenth of maxEntries */
  readonly maxPerKey?: number | undefined
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined
}

/**
 * A replay store in the memory of this process, enough for an API that runs once. The default of `dpopProofs`.
 *
 * @throws TypeError when an option is wrong.
 * @example dpopProofs({ origin: 'https://api.example.com', replayStore: memoryReplayStore({ maxEntries: 1_000_000 }) })
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  checkNames(options, ['maxEntries', 'maxPerKey', 'now'], 'memoryReplayStore')
  const { maxEntries = 100_000, now = Date.now } = options
  const { maxPerKey = Math.max(1, Math.floor(maxEntries / 10)) } = options
  for (const [name, limit] of Object.entries({ maxEntries, maxPerKey })) {
    if (!isCount(limit)) throw new TypeError(`${name} is a whole number above 0`)
  }
  if (typeof now !== 'function') throw new TypeError('now is a function')
  const used = new UsedProofs()
  return Object.freeze({
    add: ({ jkt, id, expiresAt }: UsedProof) => {
      used.sweep(Math.floor(now() / 1000))
      if (used.has(jkt, id)) return 'seen'
      if (used.size >= maxEntries || used.countOf(jkt) >= maxPerKey) return 'full'
      used.add(jkt, id, Math.ceil(expiresAt))
      return 'added'
    },
  })
}

/** By key, and by the second in which they expire, so that sweeping looks at nothing that lives. */
class UsedProofs {
  readonly #byKey = new Map<string, Set<string>>()
  readonly #bySecond = new Map<number, (readonly [jkt: string, id: string])[]>()
  #sweptAt = 0
  size = 0

  has(jkt: string, id: string): boolean {
    return this.#byKey.get(jkt)?.has(id) === true
  }

  countOf(jkt: string): number {
    return this.#byKey.get(jkt)?.size ?? 0
  }

  add(jkt: string, id: string, second: number): void {
    const ids = this.#byKey.get(jkt) ?? new Set()
    this.#byKey.set(jkt, ids.add(id))
    const expiring = this.#bySecond.get(second) ?? []
    expiring.push([jkt, id])
    this.#bySecond.set(second, expiring)
    this.size++
  }

  /** Once a second at most; there are no more seconds to look at than a proof can live. */
  sweep(now: number): void {
    if (now === this.#sweptAt) return
    this.#sweptAt = now
    for (const [second, expired] of this.#bySecond) {
      if (second > now) continue
      this.#bySecond.delete(second)
      for (const [jkt, id] of expired) this.#remove(jkt, id)
    }
  }

  #remove(jkt: string, id: string): void {
    const ids = this.#byKey.get(jkt)
    if (ids?.delete(id) !== true) return
    this.size--
    if (ids.size === 0) this.#byKey.delete(jkt)
  }
}
