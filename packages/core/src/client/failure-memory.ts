import { Failures } from '../cache/failures.js'
import type { TokenRequestError } from '../errors.js'
import { again, reachOf } from './failure.js'
import type { Settings } from './settings.js'

/** The key under which failures that concern every token of this client are remembered. */
const everyKey = ''

/** What a client remembers of its failures, so that a server that is down or refuses is not asked by every call. */
export class FailureMemory {
  readonly #failures: Failures<TokenRequestError>
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
    this.#failures = new Failures(settings.monotonic, Math.random)
  }

  /** What keeps the server from being asked for this key, as a new error for whoever asks now. */
  of(key: string): TokenRequestError | undefined {
    const failure = this.#failures.get(key) ?? this.#failures.get(everyKey)
    return failure && again(failure.error, this.#epochSeconds(failure.until))
  }

  /** Remembers a failure of this key, or of all of them. @returns when the server may be asked again */
  add(key: string, error: TokenRequestError): number {
    const { now, server } = this.#settings
    const { everyKey: forAll, ...reach } = reachOf(error, server, now() / 1000)
    return this.#epochSeconds(this.#failures.add(forAll ? everyKey : key, { error, ...reach }).until)
  }

  /** Something worked for this key. */
  clear(key: string): void {
    this.#failures.clear(key)
    this.#failures.clear(everyKey)
  }

  #epochSeconds(monotonic: number): number {
    const { now, monotonic: clock } = this.#settings
    return Math.ceil((now() + monotonic - clock()) / 1000)
  }
}
