import type { VerificationKey } from './jwk.js'
import { type Attempt, type DatedKeys, KeyRefresh, type KeyRefreshOptions } from './key-refresh.js'
import type { KeySet } from './key-set.js'
import type { KeyQuery, KeySource, PickKey } from './key-source.js'
import { type Refusal, unavailable } from './refusal.js'
import type { Caller, RequestScope } from './request-scope.js'
import { UnknownKids } from './unknown-kids.js'

/** Seconds between two fetches that found nothing new, from the start of the first. */
const cooldown = 30

/** The keys of an issuer at one moment. */
export interface KeyState {
  /** The newest good set, however old. */
  readonly current: DatedKeys | undefined
  /** Why the last attempt failed, if it did. */
  readonly failure: string | undefined
  /** Whether tokens can be verified, if need be by a set that is outdated. */
  readonly ready: boolean
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
  readonly #unknown = new UnknownKids(cooldown)
  /** The last attempt that succeeded and yet did not find what it was made for. */
  #fruitless: Attempt | undefined
  /** The same, for a key id that was asked for in vain before: one that keeps coming must not hold up a new one. */
  #fruitlessAgain: Attempt | undefined

  constructor(options: KeyRefreshOptions & FetchedFrom) {
    this.issuer = options.issuer
    this.source = options.source
    this.#now = options.now
    this.#keys = new KeyRefresh(options)
  }

  /** The keys as one issuer sees them. */
  readonly of = (issuer: string): KeySource => ({
    find: (query) => this.#atHand(query, issuer) ?? this.#find(query, issuer),
    findNewer: (query, tried, pick) => this.#findNewer(query, issuer, tried, pick),
    trusts: (key, scope) => this.#trusts(key, scope),
  })

  /** What is there, without asking. */
  get state(): KeyState {
    const { current, failure, isFresh, isServing } = this.#keys
    return { current, failure, ready: isFresh || isServing }
  }

  /** Asks for keys that are not there yet, or outdated, unless that failed just now. */
  async warmUp(caller: Caller): Promise<void> {
    if (this.#keys.isFresh || (this.#keys.pausedBy !== undefined && !this.#keys.isAsking)) return
    await this.#keys.fetch(caller)
  }

  /** What can be used without waiting, as nearly always. */
  #atHand({ alg, kid, scope }: KeyQuery, issuer: string): readonly VerificationKey[] | undefined {
    this.#keys.refreshIfDue(scope)
    const found = this.#isUsable(scope) ? this.#keys.set?.candidates(alg, kid, issuer) : undefined
    return found?.length === 0 ? undefined : found
  }

  async #find(query: KeyQuery, issuer: string): Promise<readonly VerificationKey[]> {
    const { alg, kid } = query
    const { set, waited } = await this.#ready(query)
    const found = set.candidates(alg, kid, issuer)
    if (found.length > 0) return found
    const name = JSON.stringify([alg, kid ?? null])
    if (waited === undefined && this.#unknown.isKnown(name, this.#now())) return []
    const again = this.#unknown.has(name)
    const looked = waited ?? (await this.#lookAgain(query, again))
    const newer = this.#keys.set?.candidates(alg, kid, issuer) ?? []
    if (newer.length > 0) return newer
    if (!looked.ok) throw this.#unavailable('its key is unknown and the issuer cannot be asked', looked)
    this.#wasInVain(looked, again)
    this.#unknown.add(name, looked.startedAt)
    return []
  }

  async #findNewer(
    query: KeyQuery,
    issuer: string,
    tried: readonly VerificationKey[],
    pick: PickKey,
  ): Promise<VerificationKey | undefined> {
    const newerThan = (known: readonly VerificationKey[]): readonly VerificationKey[] =>
      this.#keys.set?.candidates(query.alg, query.kid, issuer).filter((key) => !known.includes(key)) ?? []
    const arrived = newerThan(tried)
    const signer = await pick(arrived)
    if (signer !== undefined) return signer
    const looked = await this.#lookAgain(query)
    // In vain until a signature proves otherwise: new material alone does not, or each forged token would cost a fetch.
    this.#wasInVain(looked)
    const found = await pick(newerThan([...tried, ...arrived]))
    if (found !== undefined && this.#fruitless === looked) this.#fruitless = undefined
    return found
  }

  #trusts(key: VerificationKey, scope: RequestScope): boolean {
    this.#keys.refreshIfDue(scope)
    return this.#isUsable(scope) && this.#keys.set?.holds(key) === true
  }

  /** Whether the set may be used at once. One that bridges an outage may if somebody else sees to the next attempt. */
  #isUsable({ background }: RequestScope): boolean {
    const keys = this.#keys
    return keys.isFresh || (keys.isBridging && (background !== undefined || keys.pausedBy !== undefined))
  }

  /** The set to go by, and the attempt that was waited for, if one was. */
  async #ready(caller: Caller): Promise<{ set: KeySet; waited: Attempt | undefined }> {
    const keys = this.#keys
    keys.refreshIfDue(caller.scope)
    if (keys.set !== undefined && this.#isUsable(caller.scope)) return { set: keys.set, waited: undefined }
    const paused = keys.isAsking ? undefined : keys.pausedBy
    const waited = paused === undefined ? await keys.fetch(caller) : undefined
    if (keys.set !== undefined && (waited?.ok === true || keys.isServing)) return { set: keys.set, waited }
    throw this.#unavailable('the keys of the issuer cannot be fetched', waited ?? paused)
  }

  /** One more look, unless one was in vain less than the cooldown ago, or one failed and its pause lasts. */
  async #lookAgain(caller: Caller, again = false): Promise<Attempt> {
    const keys = this.#keys
    if (keys.isAsking) return keys.fetch(caller)
    const inVain = again ? [this.#fruitless, this.#fruitlessAgain] : [this.#fruitless]
    const recent = inVain.find((attempt) => attempt !== undefined && keys.isWithin(attempt.startedAt, cooldown))
    if (recent !== undefined) return recent
    return keys.pausedBy ?? keys.fetch(caller)
  }

  /** An attempt that is reported again starts no new cooldown; one that failed has a pause of its own. */
  #wasInVain(looked: Attempt, again = false): void {
    if (!looked.ok) return
    if (again) this.#fruitlessAgain = looked
    else this.#fruitless = looked
  }

  #unavailable(reason: string, failed: Attempt | undefined): Refusal {
    const elapsed = failed === undefined ? 0 : (this.#now() - failed.startedAt) / 1000
    return unavailable(reason, this.#keys.pause - Math.max(0, elapsed))
  }
}
