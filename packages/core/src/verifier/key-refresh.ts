import { stopwatch } from '../stopwatch.js'
import { until } from '../until.js'
import type { VerifierEvent } from './events.js'
import type { KeySet } from './key-set.js'
import { Turns } from './key-turn.js'
import type { Caller, RequestScope } from './request-scope.js'

/** Seconds for which the last good set still serves when no newer one can be had. */
const graceAfterExpiry = 3600
/** A refresh starts at this part of the lifetime, behind whichever request comes by, and up to 5 % earlier. */
const refreshAhead = 0.8
/** Seconds between failures: doubled from the first to the second of these. */
const minBackoff = 1
const maxBackoff = 60

/** One successful fetch of an issuer's keys. */
export interface FetchedKeys {
  readonly set: KeySet
  /** Seconds for which the set may be used without asking again. */
  readonly lifetime: number
}

/** Keys and when they were asked for. */
export interface DatedKeys extends FetchedKeys {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/** How one attempt to fetch them ended. */
export interface Attempt {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly ok: boolean
}

/** What a {@link KeyRefresh} needs. */
export interface KeyRefreshOptions {
  readonly issuer: string
  readonly load: (previous: KeySet | undefined) => Promise<FetchedKeys>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
  /** Keys that were fetched before, by another process perhaps. */
  readonly initial?: DatedKeys | undefined
}

interface Current extends DatedKeys {
  readonly refreshAt: number
}

/**
 * The newest good set of an issuer's keys: one flight at a time, refreshed ahead of its end, in service for an hour
 * more during an outage, and asked for ever more rarely while that lasts. There are no timers: only `now` drives it.
 */
export class KeyRefresh {
  readonly #options: KeyRefreshOptions
  readonly #turns: Turns<Attempt>
  #current: Current | undefined
  #flight: Promise<Attempt> | undefined
  #attempts = 0
  /** The youngest attempt that ended. */
  #ended = 0
  #failures = 0
  #failedAt = Number.NEGATIVE_INFINITY
  #reason: string | undefined

  constructor(options: KeyRefreshOptions) {
    this.#options = options
    this.#turns = new Turns(options.now)
    this.#current = options.initial === undefined ? undefined : scheduled(options.initial)
  }

  /** The newest good set with its date. */
  get current(): DatedKeys | undefined {
    return this.#current
  }

  /** Why the last attempt failed, if it did. */
  get failure(): string | undefined {
    return this.#failures === 0 ? undefined : this.#reason
  }

  /** The newest good set, however old. */
  get set(): KeySet | undefined {
    return this.#current?.set
  }

  /** When the newest good set was asked for, in milliseconds since the epoch. */
  get startedAt(): number {
    return this.#current?.startedAt ?? Number.NEGATIVE_INFINITY
  }

  /** Whether somebody is asking. */
  get isAsking(): boolean {
    return this.#flight !== undefined || this.#turns.isTaken
  }

  /** The last failure, while its pause lasts. */
  get pausedBy(): Attempt | undefined {
    // The clock is not read for nothing: each token that is remembered comes by here.
    if (this.#failures === 0) return undefined
    return this.isWithin(this.#failedAt, this.pause) ? { startedAt: this.#failedAt, ok: false } : undefined
  }

  /** Seconds between the last failure and the next attempt. */
  get pause(): number {
    return this.#failures === 0 ? 0 : Math.min(maxBackoff, minBackoff * 2 ** (this.#failures - 1))
  }

  /** Whether the set may be used without asking. */
  get isFresh(): boolean {
    return this.#current !== undefined && this.isWithin(this.#current.startedAt, this.#current.lifetime)
  }

  /** Whether the set may be used when asking fails. */
  get isServing(): boolean {
    return (
      this.#current !== undefined && this.isWithin(this.#current.startedAt, this.#current.lifetime + graceAfterExpiry)
    )
  }

  /** Whether the set serves because its refresh failed: the next attempt is made behind the requests, too. */
  get isBridging(): boolean {
    return this.#failures > 0 && this.isServing && this.#failedAt >= (this.#current?.refreshAt ?? 0)
  }

  /** Whether less than some seconds have passed. A clock that was set back ends every wait, and makes nothing fresh. */
  isWithin(startedAt: number, seconds: number): boolean {
    const age = this.#options.now() - startedAt
    return age >= 0 && age < seconds * 1000
  }

  /**
   * Asks, or joins those who are asking. An attempt never rejects: a clock that fails throws at once, to whoever is here.
   *
   * @throws the signal's reason, when the caller leaves.
   */
  fetch({ scope, signal }: Caller): Promise<Attempt> {
    const now = this.#options.now()
    if (scope.apart) return this.#turns.take(() => this.#attempt(this.#options.now()), signal)
    this.#flight ??= this.#attempt(now).finally(() => {
      this.#flight = undefined
    })
    return until(this.#flight, signal)
  }

  /** Starts a refresh that is due, for nobody to wait for. */
  refreshIfDue(scope: RequestScope): void {
    if (this.#current === undefined || scope.background === undefined) return
    if (this.pausedBy !== undefined || this.isAsking) return
    const { startedAt, refreshAt } = this.#current
    const now = this.#options.now()
    if (now < startedAt || now >= refreshAt) scope.background(this.fetch({ scope, signal: undefined }))
  }

  async #attempt(startedAt: number): Promise<Attempt> {
    const { issuer, load, emit } = this.#options
    const number = ++this.#attempts
    const elapsed = stopwatch()
    try {
      const fetched = await load(this.#current?.set)
      if (!this.#isYoungest(number)) return { startedAt, ok: true }
      this.#current = scheduled({ ...fetched, startedAt })
      this.#failures = 0
      emit({ type: 'keys_fetched', issuer, keys: fetched.set.keys.length, duration: elapsed() })
      return { startedAt, ok: true }
    } catch (error) {
      if (!this.#isYoungest(number)) return { startedAt, ok: false }
      this.#failures = Math.min(this.#failures + 1, 10)
      this.#failedAt = startedAt
      const reason = error instanceof Error ? error.message : 'unknown'
      this.#reason = reason
      emit({ type: 'keys_unavailable', issuer, reason, duration: elapsed(), retryAfter: this.pause })
      return { startedAt, ok: false }
    }
  }

  /** Where attempts cannot be joined, one whose turn was over may end after the next: what it brings is outdated. */
  #isYoungest(number: number): boolean {
    if (number < this.#ended) return false
    this.#ended = number
    return true
  }
}

/** Drawn once per set, so that processes that started together do not ask together. */
function scheduled(keys: DatedKeys): Current {
  const ahead = keys.lifetime * (refreshAhead - 0.05 * Math.random())
  return { ...keys, refreshAt: keys.startedAt + ahead * 1000 }
}
