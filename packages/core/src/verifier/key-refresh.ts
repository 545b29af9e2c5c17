import { isRecent } from '../recent.js'
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

interface Failure extends Attempt {
  readonly reason: string
  /** Seconds between this one and the next attempt. */
  readonly pause: number
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
  /** The last attempt, if it failed. */
  #failure: Failure | undefined

  constructor(options: KeyRefreshOptions) {
    this.#options = options
    this.#turns = new Turns(options.now)
    this.#current = options.initial && scheduled(options.initial)
  }

  /** The newest good set with its date, however old. */
  get current(): DatedKeys | undefined {
    return this.#current
  }

  /** Why the last attempt failed, and for how long nobody tries again, if it did. */
  get failure(): Pick<Failure, 'reason' | 'pause'> | undefined {
    return this.#failure
  }

  /** Whether somebody is asking. */
  get isAsking(): boolean {
    return this.#flight !== undefined || this.#turns.isTaken
  }

  /** The last failure, while its pause lasts and nobody asks. */
  get pausedBy(): Attempt | undefined {
    return !this.isAsking && this.#isPaused(this.#options.now()) ? this.#failure : undefined
  }

  /** Whether the set may be used without asking. */
  get isFresh(): boolean {
    return this.#lasts(0)
  }

  /** Whether the set may be used when asking fails. */
  get isServing(): boolean {
    return this.#lasts(graceAfterExpiry)
  }

  /**
   * The set, where nobody has to wait for a newer one; a refresh that is due starts behind whoever comes by. One that
   * bridges an outage is used if somebody else sees to the next attempt.
   */
  atHand(scope: RequestScope): KeySet | undefined {
    const current = this.#current
    if (current === undefined) return undefined
    const { set, startedAt, lifetime, refreshAt } = current
    const now = this.#options.now()
    const isPaused = this.#isPaused(now)
    const isDue = now < startedAt || now >= refreshAt
    if (isDue && scope.background !== undefined && !isPaused && !this.isAsking) {
      scope.background(this.fetch({ scope, signal: undefined }))
    }
    if (isRecent(startedAt, lifetime, now)) return set
    if (scope.background === undefined && !isPaused) return undefined
    const failedAt = this.#failure?.startedAt ?? Number.NEGATIVE_INFINITY
    return failedAt >= refreshAt && isRecent(startedAt, lifetime + graceAfterExpiry, now) ? set : undefined
  }

  /**
   * Asks, or joins those who are asking. An attempt never rejects: a clock that fails throws at once, to whoever is here.
   *
   * @throws the signal's reason, when the caller leaves.
   */
  fetch({ scope, signal }: Caller): Promise<Attempt> {
    if (scope.apart) return this.#turns.take((startedAt) => this.#attempt(startedAt), signal)
    this.#flight ??= this.#attempt(this.#options.now()).finally(() => {
      this.#flight = undefined
    })
    return until(this.#flight, signal)
  }

  /** Whether the set lasts, or ended less than so many seconds ago. */
  #lasts(grace: number): boolean {
    const current = this.#current
    return current !== undefined && isRecent(current.startedAt, current.lifetime + grace, this.#options.now())
  }

  #isPaused(now: number): boolean {
    return this.#failure !== undefined && isRecent(this.#failure.startedAt, this.#failure.pause, now)
  }

  async #attempt(startedAt: number): Promise<Attempt> {
    const { issuer, load, emit } = this.#options
    const number = ++this.#attempts
    const elapsed = stopwatch()
    const fetched = await load(this.#current?.set).catch(reasonOf)
    const ok = typeof fetched !== 'string'
    // Where attempts cannot be joined, one whose turn was over may end after the next: what it brings is outdated.
    if (number < this.#ended) return { startedAt, ok }
    this.#ended = number
    const duration = elapsed()
    if (ok) {
      this.#current = scheduled({ ...fetched, startedAt })
      this.#failure = undefined
      emit({ type: 'keys_fetched', issuer, keys: fetched.set.keys.length, duration })
      return { startedAt, ok }
    }
    const pause = this.#failure === undefined ? minBackoff : Math.min(maxBackoff, this.#failure.pause * 2)
    this.#failure = { startedAt, ok, reason: fetched, pause }
    emit({ type: 'keys_unavailable', issuer, reason: fetched, duration, retryAfter: pause })
    return this.#failure
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown'
}

/** Drawn once per set, so that processes that started together do not ask together. */
function scheduled(keys: DatedKeys): Current {
  const ahead = keys.lifetime * (refreshAhead - 0.05 * Math.random())
  return { ...keys, refreshAt: keys.startedAt + ahead * 1000 }
}
