import { until } from '../until.js'
import type { VerificationKey } from './jwk.js'
import { type Attempt, KeyRefresh, type KeyRefreshOptions } from './key-refresh.js'
import type { KeySet } from './key-set.js'
import type { KeyQuery, KeySource, PickKey } from './key-source.js'
import { type Refusal, unavailable } from './refusal.js'
import { UnknownKids } from './unknown-kids.js'

/** Seconds between two fetches that found nothing new, from the start of the first. */
const cooldown = 30

/** Keys that are fetched from their issuer when they are needed, and looked for again when one is missing. */
export function remoteKeys(options: KeyRefreshOptions): KeySource {
  return new RemoteKeys(options)
}

class RemoteKeys implements KeySource {
  readonly #now: () => number
  readonly #keys: KeyRefresh
  readonly #unknown = new UnknownKids(cooldown)
  /** The last attempt that succeeded and yet did not find what it was made for. */
  #fruitless: Attempt | undefined

  constructor(options: KeyRefreshOptions) {
    this.#now = options.now
    this.#keys = new KeyRefresh(options)
  }

  async find({ alg, kid, signal }: KeyQuery): Promise<readonly VerificationKey[]> {
    const { set, waited } = await this.#ready(signal)
    const found = set.candidates(alg, kid)
    if (found.length > 0) return found
    const name = JSON.stringify([alg, kid ?? null])
    if (waited === undefined && this.#unknown.isKnown(name, this.#now())) return []
    const looked = waited ?? (await this.#lookAgain(signal))
    const newer = this.#keys.set?.candidates(alg, kid) ?? []
    if (newer.length > 0) return newer
    if (!looked.ok) throw this.#unavailable('its key is unknown and the issuer cannot be asked', looked)
    this.#wasInVain(looked)
    this.#unknown.add(name, this.#now())
    return []
  }

  async findNewer(
    { alg, kid, signal }: KeyQuery,
    tried: readonly VerificationKey[],
    pick: PickKey,
  ): Promise<VerificationKey | undefined> {
    const newerThan = (known: readonly VerificationKey[]): readonly VerificationKey[] =>
      this.#keys.set?.candidates(alg, kid).filter((key) => !known.includes(key)) ?? []
    const arrived = newerThan(tried)
    const signer = await pick(arrived)
    if (signer !== undefined) return signer
    const looked = await this.#lookAgain(signal)
    // In vain until a signature proves otherwise: new material alone does not, or each forged token would cost a fetch.
    this.#wasInVain(looked)
    const found = await pick(newerThan([...tried, ...arrived]))
    if (found !== undefined && this.#fruitless === looked) this.#fruitless = undefined
    return found
  }

  trusts(key: VerificationKey): boolean {
    const keys = this.#keys
    keys.refreshIfDue()
    return (keys.isFresh || keys.isBridging) && keys.set?.holds(key) === true
  }

  /** The set to go by, and the attempt that was waited for, if one was. */
  async #ready(signal: AbortSignal | undefined): Promise<{ set: KeySet; waited: Attempt | undefined }> {
    const keys = this.#keys
    keys.refreshIfDue()
    if (keys.set !== undefined && (keys.isFresh || keys.isBridging)) return { set: keys.set, waited: undefined }
    const paused = keys.flight === undefined ? keys.pausedBy : undefined
    const waited = paused === undefined ? await until(keys.fetch(), signal) : undefined
    if (keys.set !== undefined && (waited?.ok === true || keys.isServing)) return { set: keys.set, waited }
    throw this.#unavailable('the keys of the issuer cannot be fetched', waited ?? paused)
  }

  /** One more look, unless one was in vain less than the cooldown ago, or one failed and its pause lasts. */
  async #lookAgain(signal: AbortSignal | undefined): Promise<Attempt> {
    const keys = this.#keys
    if (keys.flight !== undefined) return until(keys.flight, signal)
    const fruitless = this.#fruitless
    if (fruitless !== undefined && keys.isWithin(fruitless.startedAt, cooldown)) return fruitless
    return keys.pausedBy ?? until(keys.fetch(), signal)
  }

  /** An attempt that is reported again starts no new cooldown; one that failed has a pause of its own. */
  #wasInVain(looked: Attempt): void {
    if (looked.ok) this.#fruitless = looked
  }

  #unavailable(reason: string, failed: Attempt | undefined): Refusal {
    const elapsed = failed === undefined ? 0 : (this.#now() - failed.startedAt) / 1000
    return unavailable(reason, this.#keys.pause - Math.max(0, elapsed))
  }
}
