import { Failures } from '../cache/failures.js'
import type { TokenRequestError } from '../errors.js'
import { again, reachOf } from './failure.js'
import type { Grant } from './grants/grant.js'
import type { Selected } from './selection.js'
import type { Settings } from './settings.js'

/** Under what failures are remembered that concern every token of this client. */
const everybody = ''

/** Milliseconds between two looks for another secret: wherever it is kept must not be flooded either. */
const secretPause = 1000

/** What a client remembers of its failures, so that a server that is down or refuses is not asked by every call. */
export class FailureMemory {
  readonly #failures: Failures<TokenRequestError>
  readonly #settings: Settings
  #askedForSecret: number | undefined

  constructor(settings: Settings) {
    this.#settings = settings
    this.#failures = new Failures(settings.monotonic, Math.random)
  }

  /** What keeps the server from being asked for this, as a new error for whoever asks now. */
  of({ key, credential }: Selected): TokenRequestError | undefined {
    const failure = this.#failures.get(key) ?? this.#failures.get(credential) ?? this.#failures.get(everybody)
    return failure && again(failure.error, this.#epochSeconds(failure.until))
  }

  /** Remembers a failure, for all whom it concerns. @returns when the server may be asked again */
  add({ key, credential }: Selected, grant: Grant, error: TokenRequestError): number {
    const { now, server } = this.#settings
    const { reach, ...failure } = reachOf(error, grant, server.rotates, now() / 1000)
    const whose = { client: everybody, credential, key }[reach]
    return this.#epochSeconds(this.#failures.add(whose, { error, ...failure }).until)
  }

  /** Whether a failure is over before its time: the client was refused, and has another secret now. */
  async isOver({ code }: TokenRequestError): Promise<boolean> {
    const now = this.#settings.monotonic()
    const asked = this.#askedForSecret
    if (code !== 'invalid_client' || (asked !== undefined && Math.abs(now - asked) < secretPause)) return false
    this.#askedForSecret = now
    try {
      const { auth } = await this.#settings.server.dialect()
      const isNew = (await auth.isNew?.()) === true
      // The next refusal is about another secret: it may be looked at again at once.
      if (isNew) this.#askedForSecret = undefined
      return isNew
    } catch {
      return false
    }
  }

  /** Something worked. */
  clear({ key, credential }: Selected): void {
    for (const whose of [key, credential, everybody]) this.#failures.clear(whose)
  }

  #epochSeconds(monotonic: number): number {
    const { now, monotonic: clock } = this.#settings
    return Math.ceil((now() + monotonic - clock()) / 1000)
  }
}
