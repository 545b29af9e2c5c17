import { Lru } from '../cache/lru.js'
import { isRecent } from '../recent.js'
import type { VerificationKey } from './jwk.js'
import { type Attempt, type DatedKeys, KeyRefresh, type KeyRefreshOptions } from './key-refresh.js'
import type { KeyQuery, KeySource, PickKey } from './key-source.js'
import { type Refusal, unavailable } from './refusal.js'
import type { Caller } from './request-scope.js'

/** Seconds between two fetches that found nothing new, from the start of the first. */
const cooldown = 30
/** Keys that were asked for in vain and are remembered. */
const maxUnknown = 1000
/** Characters. A longer name is none of an honest key, and is left to the cooldown of all. */
const maxNameLength = 256

/** The keys of one issuer. */
export interface IssuerStatus {
  readonly issuer: string
  /** Whether its tokens can be verified, if need be by keys from before an outage. */
  readonly ready: boolean
  /** How many of its keys can be used. */
  readonly keys: number
  /** When they were asked for, in seconds since the epoch. */
  readonly fetchedAt: number | undefined
  /** Why the last attempt failed, if it did; for logs. */
  readonly failure: string | undefined
}

/** Where keys are fetched from. */
export interface FetchedFrom extends Pick<KeyRefreshOptions, 'issuer' | 'load'> {
  /** The URL of the keys as it was configured, or of what names them. */
  readonly source: string
}

/**
 * Keys that are fetched from their issuer when they are needed, and looked for again when one is missing. Several issuers
 * may share them: each sees those that are not limited to another.
 */
export class RemoteKeys {
  /** As metadata and events name whose keys they are. */
  readonly issuer: string
  readonly source: string
  readonly #now: () => number
  readonly #keys: KeyRefresh
  /**
   * When keys were asked for in vain. One that keeps coming is not asked for again until a cooldown has passed since that
   * question: no longer, as it may have been published meanwhile. It is looked for in every newer set all the same.
   */
  readonly #unknown = new Lru<string, number>(maxUnknown)
  /** The last attempt that succeeded and yet did not find what it was made for. */
  #fruitless: Attempt | undefined
  /** The same, for a key that was asked for in vain before: one that keeps coming must not hold up a new one. */
  #fruitlessAgain: Attempt | undefined

  constructor(options: KeyRefreshOptions & FetchedFrom) {
    this.issuer = options.issuer
    this.source = options.source
    this.#now = options.now
    this.#keys = new KeyRefresh(options)
  }

  /** The keys as one issuer sees them. */
  readonly of = (issuer: string): KeySource => ({
    find: (query) => this.#find(query, issuer),
    findNewer: (query, tried, pick) => this.#findNewer(query, issuer, tried, pick),
    trusts: (key, scope) => this.#keys.atHand(scope)?.holds(key) === true,
  })

  /** The newest good set with its date, however old. */
  get current(): DatedKeys | undefined {
    return this.#keys.current
  }

  /** What is there, without asking. */
  get status(): IssuerStatus {
    const { current, failure, isServing } = this.#keys
    return {
      issuer: this.issuer,
      ready: isServing,
      keys: current?.set.keys.length ?? 0,
      fetchedAt: current && current.startedAt / 1000,
      failure: failure?.reason,
    }
  }

  /** Asks for keys that are not there yet, or outdated, unless that failed just now. */
  async warmUp(caller: Caller): Promise<void> {
    if (!this.#keys.isFresh && this.#keys.pausedBy === undefined) await this.#keys.fetch(caller)
  }

  /** At once, as nearly always, where there is a set at hand with such a key. */
  #find(query: KeyQuery, issuer: string): readonly VerificationKey[] | Promise<readonly VerificationKey[]> {
    const found = this.#keys.atHand(query.scope)?.candidates(query, issuer)
    if (found === undefined) return this.#wait(query, issuer)
    return found.length > 0 ? found : this.#lookFor(query, issuer)
  }

  async #wait(query: KeyQuery, issuer: string): Promise<readonly VerificationKey[]> {
    const keys = this.#keys
    const paused = keys.pausedBy
    const attempt = paused ?? (await keys.fetch(query))
    if (keys.current === undefined || !(attempt.ok || keys.isServing)) {
      throw this.#unavailable('the keys of the issuer cannot be fetched', attempt)
    }
    const found = keys.current.set.candidates(query, issuer)
    return found.length > 0 ? found : this.#lookFor(query, issuer, paused === undefined ? attempt : undefined)
  }

  /** @param waited the attempt that was made for this already. */
  async #lookFor(query: KeyQuery, issuer: string, waited?: Attempt): Promise<readonly VerificationKey[]> {
    const name = JSON.stringify([query.alg, query.kid ?? null])
    const askedAt = this.#unknown.get(name)
    const again = askedAt !== undefined
    if (again && waited === undefined && isRecent(askedAt, cooldown, this.#now())) return []
    const looked = waited ?? (await this.#lookAgain(query, again))
    const newer = this.#keys.current?.set.candidates(query, issuer) ?? []
    if (newer.length > 0) return newer
    if (!looked.ok) throw this.#unavailable('its key is unknown and the issuer cannot be asked', looked)
    if (again) this.#fruitlessAgain = looked
    else this.#fruitless = looked
    if (name.length <= maxNameLength) this.#unknown.set(name, looked.startedAt)
    return []
  }

  async #findNewer(
    query: KeyQuery,
    issuer: string,
    tried: readonly VerificationKey[],
    pick: PickKey,
  ): Promise<VerificationKey | undefined> {
    const newerThan = (known: readonly VerificationKey[]): readonly VerificationKey[] =>
      this.#keys.current?.set.candidates(query, issuer).filter((key) => !known.includes(key)) ?? []
    const arrived = newerThan(tried)
    const signer = await pick(arrived)
    if (signer !== undefined) return signer
    const looked = await this.#lookAgain(query)
    // In vain until a signature proves otherwise: new material alone does not, or each forged token would cost a fetch.
    // One that failed has a pause of its own.
    if (looked.ok) this.#fruitless = looked
    const found = await pick(newerThan([...tried, ...arrived]))
    if (found !== undefined && this.#fruitless === looked) this.#fruitless = undefined
    return found
  }

  /** One more look, unless one was in vain less than the cooldown ago, or one failed and its pause lasts. */
  async #lookAgain(caller: Caller, again = false): Promise<Attempt> {
    const keys = this.#keys
    if (keys.isAsking) return keys.fetch(caller)
    const inVain = again ? [this.#fruitless, this.#fruitlessAgain] : [this.#fruitless]
    const recent = inVain.find((attempt) => attempt && isRecent(attempt.startedAt, cooldown, this.#now()))
    return recent ?? keys.pausedBy ?? keys.fetch(caller)
  }

  #unavailable(reason: string, { startedAt }: Attempt): Refusal {
    const elapsed = Math.max(0, this.#now() - startedAt) / 1000
    return unavailable(reason, (this.#keys.failure?.pause ?? 0) - elapsed)
  }
}
