import { until } from '../until.js'
import type { VerificationKey } from './jwk.js'
import { type Attempt, KeyRefresh, type KeyRefreshOptions } from './key-refresh.js'
import type { KeySet } from './key-set.js'
import type { KeySource } from './key-source.js'
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
  /** The last attempt that did not find what it was made for. */
  #fruitless: Attempt | undefined

  constructor(options: KeyRefreshOptions) {
    this.#now = options.now
    this.#keys = new KeyRefresh(options)
  }

  async find(
    alg: string,
    kid: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<readonly VerificationKey[]> {
    const { set, waited } = await this.#ready(signal)
    const found = set.candidates(alg, kid)
    if (found.length > 0) return found
    const name = JSON.stringify([alg, kid ?? null])
    if (waited === undefined && this.#unknown.isKnown(name, this.#now())) return []
    const looked = waited ?? (await this.#lookAgain(signal))
    const newer = this.#keys.set?.candidates(alg, kid) ?? []
    if (newer.length > 0) return newer
    this.#wasInVain(looked)
    if (!looked.ok) throw this.#unavailable('its key is unknown and the issuer cannot be asked', looked, cooldown)
    this.#unknown.add(name, this.#now())
    return []
  }

  async findNewer(
    alg: string,
    kid: string | undefined,
    tried: readonly VerificationKey[],
    signal: AbortSignal | undefined,
  ): Promise<readonly VerificationKey[]> {
    const untried = (): readonly VerificationKey[] =>
      this.#keys.set?.candidates(alg, kid).filter((key) => !tried.includes(key)) ?? []
    if (untried().length > 0) return untried()
    const looked = await this.#lookAgain(signal)
    const newer = untried()
    if (newer.length === 0) this.#wasInVain(looked)
    return newer
  }

  trusts(key: VerificationKey): boolean {
    const keys = this.#keys
    keys.refreshIfDue()
    const usable = keys.isFresh || (keys.pausedBy !== undefined && keys.isServing)
    return usable && keys.set?.holds(key) === true
  }

  /** The set to go by, and the attempt that was waited for, if one was. */
  async #ready(signal: AbortSignal | undefined): Promise<{ set: KeySet; waited: Attempt | undefined }> {
    const keys = this.#keys
    keys.refreshIfDue()
    if (keys.set !== undefined && keys.isFresh) return { set: keys.set, waited: undefined }
    const paused = keys.flight === undefined ? keys.pausedBy : undefined
    const waited = paused === undefined ? await until(keys.fetch(), signal) : undefined
    if (keys.set !== undefined && (waited?.ok === true || keys.isServing)) return { set: keys.set, waited }
    const failed = waited ?? paused
    throw this.#unavailable('the keys of the issuer cannot be fetched', failed, keys.pause)
  }

  /** One more look, unless the last one was in vain less than the cooldown ago. */
  async #lookAgain(signal: AbortSignal | undefined): Promise<Attempt> {
    const keys = this.#keys
    if (keys.flight !== undefined) return until(keys.flight, signal)
    const fruitless = this.#fruitless
    if (fruitless !== undefined && keys.isWithin(fruitless.startedAt, cooldown)) {
      // The attempt in vain may have failed, and a refresh may have succeeded since.
      return keys.startedAt > fruitless.startedAt ? { startedAt: keys.startedAt, ok: true } : fruitless
    }
    return keys.pausedBy ?? until(keys.fetch(), signal)
  }

  /** An attempt that is reported again starts no new cooldown. */
  #wasInVain(looked: Attempt): void {
    if (this.#fruitless === undefined || !this.#keys.isWithin(this.#fruitless.startedAt, cooldown)) {
      this.#fruitless = looked
    }
  }

  #unavailable(reason: string, failed: Attempt | undefined, seconds: number): Refusal {
    const elapsed = failed === undefined ? 0 : (this.#now() - failed.startedAt) / 1000
    return unavailable(reason, Math.min(seconds, seconds - elapsed))
  }
}
