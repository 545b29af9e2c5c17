import type { StoredToken } from '../cache/store.js'
import type { TokenRequestError } from '../errors.js'
import { limited } from './closing.js'
import { again, tokenRequestError } from './failure.js'
import { type FlightScope, flightScope } from './flight-scope.js'
import { type KeyState, phaseIn } from './key-state.js'
import { refreshTokenOf, renew } from './renewal.js'
import type { Asked } from './request.js'
import type { TokenSource } from './source.js'

/** How a token is wanted. */
export interface Wanted {
  readonly signal?: AbortSignal | undefined
  /** Whether a live token will not do: the caller asked for a new one, or an API rejected this one. */
  readonly forceRefresh?: boolean | { readonly rejected: string } | undefined
}

/** Seconds between two forced renewals of one key: an API that refuses every token must not cause a request each. */
const forcePause = 10

/** Seconds for which a renewal behind the callers' backs waits for a store that is away, if the token lives so long. */
const longestPatience = 2

/** One call for one key: the way from what is stored to a live token. */
export class Call {
  readonly #source: TokenSource
  readonly #scope: FlightScope
  readonly #asked: Asked
  readonly #state: KeyState
  readonly #token: StoredToken | undefined
  /** Whether the token at hand will not do, though it lives. */
  #forced: boolean = false

  /** @param token the one that is stored. */
  constructor(source: TokenSource, asked: Asked, state: KeyState, token: StoredToken | undefined) {
    this.#source = source
    this.#scope = source.scope ?? flightScope()
    this.#asked = asked
    this.#state = state
    this.#token = token
  }

  /** @throws TokenRequestError when there is no live token, and none can be had. */
  async answer(force: Wanted['forceRefresh']): Promise<StoredToken> {
    this.#forced = this.#mayForce(force) && this.#failedBefore() === undefined
    const phase = phaseIn(this.#source.settings, this.#state, this.#token)
    const live = phase === 'expired' ? undefined : this.#token
    const isDue = phase === 'wait' || (phase === 'renew' && this.#scope.background !== undefined)
    if (live !== undefined && !this.#forced && !(isDue && this.#renewsAlone(live))) return this.#serve(live)
    const failure = this.#failedBefore()
    if (failure !== undefined && (live !== undefined || !(await this.#source.failures.isOver(failure)))) {
      this.#source.tell?.(this.#asked, { type: 'suppressed', reason: 'failed_before' }, live)
      if (live === undefined) throw failure
      return this.#serve(live)
    }
    const isBehind = phase === 'renew' && !this.#forced
    const renewal = this.#fly(isBehind)
    if (isBehind && live !== undefined) {
      this.#scope.background?.(renewal)
      return this.#serve(live)
    }
    try {
      return await renewal
    } catch (error) {
      // No reason to withhold a live token; who was refused with it sees that it is the same.
      const stillLive = this.#live()
      if (stillLive === undefined) throw error
      return this.#serve(stillLive)
    }
  }

  /** Why the server is not asked now: it failed, and nobody is asking it at the moment. */
  #failedBefore(): TokenRequestError | undefined {
    return this.#scope.flights.current(this.#state.key) === undefined
      ? this.#source.failures.of(this.#state)
      : undefined
  }

  /** Not for a token that somebody has replaced already, and not while the pause runs, except to join a renewal. */
  #mayForce(force: Wanted['forceRefresh']): boolean {
    const token = this.#token
    if (!force || token === undefined) return false
    if (typeof force === 'object' && force.rejected !== token.accessToken) return false
    const passed = this.#source.settings.monotonic() - this.#state.forcedAt
    const isFlying = this.#scope.flights.current(this.#state.key) !== undefined
    if (isFlying || passed < 0 || passed >= forcePause * 1000) return true
    this.#source.tell?.(this.#asked, { type: 'suppressed', reason: 'forced_before' }, token)
    return false
  }

  /** Whether a new token can be had without bothering a person. */
  #renewsAlone({ refreshToken }: StoredToken): boolean {
    const { states } = this.#source
    return (
      this.#asked.grant.login === undefined ||
      refreshTokenOf(this.#source, this.#asked, states.sessionOf(this.#state), refreshToken) !== undefined
    )
  }

  /** One renewal per key at a time. @param isBehind whether it is made behind the callers' backs */
  #fly(isBehind: boolean): Promise<StoredToken> {
    const { settings } = this.#source
    return this.#scope.flights.join(this.#state.key, async () => {
      const started = settings.monotonic()
      if (this.#forced) this.#state.forcedAt = started
      try {
        const { login } = this.#asked.grant
        return await limited(settings, (signal) => this.#renew(isBehind, started, signal), login?.patience)
      } catch (error) {
        throw this.#remember(isBehind, started, tokenRequestError(error))
      }
    })
  }

  async #renew(isBehind: boolean, started: number, signal: AbortSignal): Promise<StoredToken> {
    const { settings, failures, tell } = this.#source
    const [asked, state, stale] = [this.#asked, this.#state, this.#token]
    const live = this.#live()
    const { token, source, repairs } = await renew(this.#source, {
      asked,
      state,
      stale: live?.accessToken,
      mayAsk: () => this.#forced || this.#live() === undefined,
      patience: isBehind && live !== undefined ? Math.min(longestPatience, live.waitAt - settings.now() / 1000) : 0,
      retried: (attempt, { code, status }) => tell?.(asked, { type: 'retried', attempt, code, status }, stale, started),
      signal,
    })
    failures.clear(state)
    tell?.(asked, { type: isBehind ? 'renewed' : 'acquired', repairs }, token, started, source)
    return token
  }

  #live(): StoredToken | undefined {
    return phaseIn(this.#source.settings, this.#state, this.#token) === 'expired' ? undefined : this.#token
  }

  #serve(token: StoredToken): StoredToken {
    this.#source.tell?.(this.#asked, { type: 'hit' }, token)
    return token
  }

  #remember(isBehind: boolean, started: number, error: TokenRequestError): TokenRequestError {
    const { code, status } = error
    if (code === 'client_closed') return error
    const { failures, tell } = this.#source
    const retryAt = failures.add(this.#state, this.#asked.grant, error)
    tell?.(this.#asked, { type: 'failed', background: isBehind, code, status, retryAt }, this.#token, started)
    return again(error, retryAt)
  }
}
