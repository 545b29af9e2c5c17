import { type Phase, phaseOf } from '../cache/freshness.js'
import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import { bindsPromises } from '../runtime.js'
import { until } from '../until.js'
import { again, tokenRequestError } from './failure.js'
import { type FlightScope, requestScope, sharedScope } from './flight-scope.js'
import { renewsAlone } from './obtain.js'
import { type Removed, removeAll, removeSession } from './removal.js'
import { renew } from './renewal.js'
import type { Asked } from './request.js'
import type { Selected } from './selection.js'
import type { Settings } from './settings.js'
import { type Shared, share } from './shared.js'

/** How a token is wanted. */
export interface Wanted {
  readonly signal?: AbortSignal | undefined
  /** Whether a live token will not do: the caller asked for a new one, or an API rejected this one. */
  readonly force?: boolean | { readonly rejected: string } | undefined
}

/** Seconds between two forced renewals of one key: an API that refuses every token must not cause a request each. */
const forcePause = 10

/** Seconds for which a renewal behind the callers' backs waits for a store that is away, if the token lives so long. */
const longestPatience = 2

/** One call for one key: what it wants, and what is at hand. */
interface Call extends Selected {
  readonly asked: Asked
  readonly token: StoredToken | undefined
  readonly scope: FlightScope
  /** Whether the token at hand will not do, though it lives. */
  readonly forced?: boolean | undefined
}

/** Gets tokens, keeps them and renews them: the whole way from a key to a live token, except the renewal itself. */
export class TokenSource {
  readonly #settings: Settings
  readonly #shared: Shared
  readonly #scope: FlightScope | undefined

  /** @param scope whose flights may be joined; without one, nobody's. */
  private constructor(shared: Shared, scope: FlightScope | undefined) {
    this.#settings = shared.settings
    this.#shared = shared
    this.#scope = scope
  }

  static of(settings: Settings): TokenSource {
    return new TokenSource(share(settings), bindsPromises() ? undefined : sharedScope())
  }

  /** The same source, for one request only. */
  within(scope: FlightScope): TokenSource {
    return new TokenSource(this.#shared, scope)
  }

  /** A fresh token that can be had without waiting. */
  atHand(asked: Asked): StoredToken | undefined {
    const selected = this.#shared.keys.get(asked)
    if (selected === undefined || this.#settings.closing.closed) return undefined
    const token = this.#shared.vault.atHand(selected.key)
    return token !== undefined && this.#phase(selected, token) === 'fresh' ? this.#serve(asked, token) : undefined
  }

  /** @throws TokenRequestError; the signal's reason when the caller gave up. */
  get(asked: Asked, wanted: Wanted): Promise<StoredToken> {
    return until(this.#get(asked, wanted), wanted.signal)
  }

  async #get(asked: Asked, { signal, force = false }: Wanted): Promise<StoredToken> {
    this.#refuseClosed()
    signal?.throwIfAborted()
    const selected = await this.#select(asked)
    const token = await this.#shared.vault.get(selected.key)
    const call = { ...selected, asked, token, scope: this.#scope ?? requestScope() }
    if (token !== undefined && force !== false && this.#mayForce(call, token, force)) {
      return await this.#forced(call, token)
    }
    return await this.#byPhase(call)
  }

  /** Takes every token out of the store, and keeps the refresh token that was given from being sent again. */
  async removeAll(signal: AbortSignal): Promise<Removed> {
    // What another process keeps for this client counts, too; a key that cannot be told has nothing.
    await this.#select(this.#settings).catch(() => undefined)
    return await removeAll({ ...this.#shared, flights: this.#scope?.flights, signal })
  }

  /** What is stored, however old, without asking the server. */
  async peek(asked: Asked): Promise<StoredToken | undefined> {
    return await this.#shared.vault.get((await this.#select(asked)).key)
  }

  /** Takes one token out of the store, in turn with those who renew it. */
  async remove(asked: Asked): Promise<StoredToken | undefined> {
    const { key, sessionKey } = await this.#select(asked)
    return await this.limit(async (signal) => {
      const removed = await removeSession({ ...this.#shared, flights: this.#scope?.flights, signal }, sessionKey, [key])
      return removed[0]?.token
    })
  }

  /** Keeps a token that came by another way than this client's own requests. */
  async keep(asked: Asked, token: StoredToken): Promise<void> {
    await this.#shared.vault.set((await this.#select(asked)).key, token)
  }

  close(): void {
    this.#settings.closing.close()
  }

  /** Work for this client, within its overall deadline, and some seconds more. @throws TokenRequestError */
  async limit<T>(work: (signal: AbortSignal) => Promise<T>, more = 0): Promise<T> {
    this.#refuseClosed()
    try {
      return await this.#settings.closing.limit(this.#settings.timeout * 3 + more, work)
    } catch (error) {
      throw this.#settings.closing.closed ? closed() : tokenRequestError(error)
    }
  }

  #refuseClosed(): void {
    if (this.#settings.closing.closed) throw closed()
  }

  async #select(asked: Asked): Promise<Selected> {
    const { keys, selection, states } = this.#shared
    const selected = keys.get(asked) ?? (await selection.of(asked))
    keys.set(asked, selected)
    states.of(selected)
    return selected
  }

  async #byPhase(call: Call): Promise<StoredToken> {
    const { key, asked, token, scope } = call
    const phase = this.#phase(call, token)
    if (token === undefined || phase === 'expired') return await this.#acquire(call)
    if (phase === 'fresh' || (phase === 'renew' && scope.background === undefined)) return this.#serve(asked, token)
    if (!this.#renewsAlone(call, token)) return this.#serve(asked, token)
    if (scope.flights.current(key) === undefined && this.#shared.failures.of(call) !== undefined) {
      this.#shared.tell(asked, { type: 'suppressed', reason: 'failed_before' }, token)
      return this.#serve(asked, token)
    }
    const renewal = this.#fly(call, phase === 'renew')
    // Served while it lives, whatever becomes of the renewal.
    if (phase === 'wait') return await renewal.catch((error: unknown) => this.#serveOr(call, token, error))
    scope.background?.(renewal)
    return this.#serve(asked, token)
  }

  #renewsAlone(call: Call, { refreshToken }: StoredToken): boolean {
    const session = this.#shared.states.sessionOf(call)
    return renewsAlone({ ...this.#shared, asked: call.asked, session, stored: refreshToken })
  }

  async #acquire(call: Call): Promise<StoredToken> {
    const current = call.scope.flights.current(call.key)
    if (current !== undefined) return await current
    const failure = this.#shared.failures.of(call)
    if (failure === undefined || (await this.#shared.failures.isOver(failure))) return await this.#fly(call, false)
    this.#shared.tell(call.asked, { type: 'suppressed', reason: 'failed_before' }, undefined)
    throw failure
  }

  /** A renewal that fails is no reason to withhold a live token; who was refused with it sees that it is the same. */
  async #forced(call: Call, token: StoredToken): Promise<StoredToken> {
    const { key, scope } = call
    const current = scope.flights.current(key)
    if (current === undefined && this.#shared.failures.of(call) !== undefined) return await this.#byPhase(call)
    if (current === undefined) this.#shared.states.of(call).forcedAt = this.#settings.monotonic()
    const renewal = current ?? this.#fly({ ...call, forced: true }, false)
    return await renewal.catch((error: unknown) => this.#serveOr(call, token, error))
  }

  /** Not for a token that somebody has replaced already, and not while the pause runs, except to join a renewal. */
  #mayForce(call: Call, token: StoredToken, force: Exclude<Wanted['force'], false>): boolean {
    const { key, asked, scope } = call
    if (typeof force === 'object' && force.rejected !== token.accessToken) return false
    if (scope.flights.current(key) !== undefined) return true
    const { forcedAt } = this.#shared.states.of(call)
    const passed = forcedAt === undefined ? undefined : this.#settings.monotonic() - forcedAt
    if (passed === undefined || passed < 0 || passed >= forcePause * 1000) return true
    this.#shared.tell(asked, { type: 'suppressed', reason: 'forced_before' }, token)
    return false
  }

  /** One renewal per key at a time. */
  #fly(call: Call, background: boolean): Promise<StoredToken> {
    return call.scope.flights.join(call.key, async () => {
      const started = this.#settings.monotonic()
      try {
        const patience = call.asked.grant.login?.patience
        return await this.limit((signal) => this.#renew(call, background, started, signal), patience)
      } catch (error) {
        throw this.#remember(call, background, started, tokenRequestError(error))
      }
    })
  }

  async #renew(call: Call, background: boolean, started: number, signal: AbortSignal): Promise<StoredToken> {
    const { key, sessionKey, asked, token: stale } = call
    const { states } = this.#shared
    const { token, source, repairs } = await renew(this.#shared, {
      key,
      sessionKey,
      asked,
      stale: this.#phase(call, stale) === 'expired' ? undefined : stale?.accessToken,
      state: states.of(call),
      session: states.sessionOf(call),
      phaseOf: (each) => this.#phase(call, each),
      mayAsk: () => call.forced === true || this.#phase(call, stale) === 'expired',
      patience: background ? this.#patience(stale) : 0,
      retried: (attempt, { code, status }) =>
        this.#shared.tell(asked, { type: 'retried', attempt, code, status }, stale, started),
      signal,
    })
    this.#shared.failures.clear(call)
    this.#shared.tell(asked, { type: background ? 'renewed' : 'acquired', repairs }, token, started, source)
    return token
  }

  #patience(token: StoredToken | undefined): number {
    const left = token === undefined ? 0 : token.waitAt - this.#settings.now() / 1000
    return Math.max(0, Math.min(longestPatience, left))
  }

  #phase(named: Selected, token: StoredToken | undefined): Phase {
    if (token === undefined) return 'expired'
    const { latest } = this.#shared.states.of(named)
    const known = latest !== undefined && latest.accessToken === token.accessToken
    const age = known ? (this.#settings.monotonic() - latest.at) / 1000 : undefined
    return phaseOf(token, this.#settings.now() / 1000, age)
  }

  #serveOr(call: Call, token: StoredToken, error: unknown): StoredToken {
    if (this.#phase(call, token) === 'expired') throw error
    return this.#serve(call.asked, token)
  }

  #serve(asked: Asked, token: StoredToken): StoredToken {
    this.#shared.tell(asked, { type: 'hit' }, token)
    return token
  }

  #remember(call: Call, background: boolean, started: number, error: TokenRequestError): TokenRequestError {
    const { asked, token } = call
    const { code, status } = error
    if (code === 'client_closed') return error
    const retryAt = this.#shared.failures.add(call, asked.grant, error)
    this.#shared.tell(asked, { type: 'failed', background, code, status, retryAt }, token, started)
    return again(error, retryAt)
  }
}

function closed(): TokenRequestError {
  return new TokenRequestError({ code: 'client_closed', message: 'The token client was closed' })
}
