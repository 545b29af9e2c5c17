import type { Phase } from '../cache/freshness.js'
import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import { bindsPromises } from '../runtime.js'
import { until } from '../until.js'
import { TokensAtHand } from './at-hand.js'
import { again, tokenRequestError } from './failure.js'
import { type FlightScope, requestScope, sharedScope } from './flight-scope.js'
import { type KeyState, phaseIn } from './key-state.js'
import { type Removed, removeAll, removeSession } from './removal.js'
import { renew } from './renewal.js'
import type { Asked } from './request.js'
import type { Settings } from './settings.js'
import { type Shared, share } from './shared.js'
import type { TokenSet } from './token-set.js'
import { forget, type Wish, wish } from './wish.js'

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

/** One call for one key: what it wants, and what is at hand. */
interface Call {
  readonly asked: Asked
  readonly state: KeyState
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
  readonly #tokens: TokensAtHand

  /** @param scope whose flights may be joined; without one, nobody's. */
  private constructor(shared: Shared, scope: FlightScope | undefined) {
    this.#settings = shared.settings
    this.#shared = shared
    this.#scope = scope
    this.#tokens = new TokensAtHand(shared)
  }

  static of(settings: Settings): TokenSource {
    return new TokenSource(share(settings), bindsPromises() ? undefined : sharedScope())
  }

  /** The same source, for one request only. */
  within(scope: FlightScope): TokenSource {
    return new TokenSource(this.#shared, scope)
  }

  /** What callers are handed of a fresh token that can be had without waiting. */
  atHand(wish: Wish, wanted: Wanted): Promise<TokenSet> | undefined {
    const token = this.#atHand(wish, wanted)
    return token && this.#tokens.handed(wish, token)
  }

  /** The token at hand, or else one that is got. @throws as `get` */
  async live(wish: Wish, wanted: Wanted): Promise<StoredToken> {
    return this.#atHand(wish, wanted) ?? (await this.get(wish, wanted))
  }

  /** @throws TokenRequestError; the signal's reason when the caller gave up. */
  get(wish: Wish, wanted: Wanted): Promise<StoredToken> {
    return until(this.#get(wish, wanted), wanted.signal)
  }

  async #get(wish: Wish, { signal, forceRefresh: force = false }: Wanted): Promise<StoredToken> {
    this.#refuseClosed()
    signal?.throwIfAborted()
    const state = await this.#select(wish)
    const token = await this.#shared.vault.get(state.key)
    const call = { asked: wish.asked, state, token, scope: this.#scope ?? requestScope() }
    if (token !== undefined && force !== false && this.#mayForce(call, token, force)) {
      return await this.#forced(call, token)
    }
    return await this.#byPhase(call)
  }

  #atHand(wish: Wish, { signal, forceRefresh = false }: Wanted): StoredToken | undefined {
    if (forceRefresh || (signal !== undefined && signal.aborted !== false)) return undefined
    if (this.#settings.closing.closed || !this.#shared.vault.isSettled()) return undefined
    const token = this.#tokens.of(wish)
    if (token !== undefined) this.#shared.tell?.(wish.asked, { type: 'hit' }, token)
    return token
  }

  /** Takes every token out of the store, and keeps the refresh token that was given from being sent again. */
  async removeAll(signal: AbortSignal): Promise<Removed> {
    // What another process keeps for this client counts, too; a key that cannot be told has nothing.
    await this.#select(wish(this.#settings)).catch(() => undefined)
    return await removeAll({ ...this.#shared, flights: this.#scope?.flights, signal })
  }

  /** What is stored, however old, without asking the server. */
  async peek(wish: Wish): Promise<StoredToken | undefined> {
    return await this.#shared.vault.get((await this.#select(wish)).key)
  }

  /** Takes one token out of the store, in turn with those who renew it. */
  async remove(wish: Wish): Promise<StoredToken | undefined> {
    const state = await this.#select(wish)
    forget(wish)
    return await this.limit(async (signal) => {
      const removed = await removeSession({ ...this.#shared, flights: this.#scope?.flights, signal }, [state])
      return removed[0]?.token
    })
  }

  /** Keeps a token that came by another way than this client's own requests. */
  async keep(wish: Wish, token: StoredToken): Promise<void> {
    await this.#shared.vault.set((await this.#select(wish)).key, token)
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

  async #select(wish: Wish): Promise<KeyState> {
    const { selection, states } = this.#shared
    wish.state = states.of(wish.state ?? (await selection.of(wish.asked)))
    return wish.state
  }

  async #byPhase(call: Call): Promise<StoredToken> {
    const { asked, state, token, scope } = call
    const phase = this.#phase(state, token)
    if (token === undefined || phase === 'expired') return await this.#acquire(call)
    if (phase === 'fresh' || (phase === 'renew' && scope.background === undefined)) return this.#serve(asked, token)
    if (!this.#renewsAlone(call, token)) return this.#serve(asked, token)
    if (scope.flights.current(state.key) === undefined && this.#shared.failures.of(state) !== undefined) {
      this.#shared.tell?.(asked, { type: 'suppressed', reason: 'failed_before' }, token)
      return this.#serve(asked, token)
    }
    const renewal = this.#fly(call, phase === 'renew')
    // Served while it lives, whatever becomes of the renewal.
    if (phase === 'wait') return await renewal.catch((error: unknown) => this.#serveOr(call, token, error))
    scope.background?.(renewal)
    return this.#serve(asked, token)
  }

  #renewsAlone(call: Call, { refreshToken }: StoredToken): boolean {
    const { grant } = call.asked
    const { given, states, settings } = this.#shared
    const at = {
      grant,
      profile: settings.server.profile,
      session: states.sessionOf(call.state),
      given,
      stored: refreshToken,
    }
    return grant.refreshing?.isAlone(at) ?? true
  }

  async #acquire(call: Call): Promise<StoredToken> {
    const current = call.scope.flights.current(call.state.key)
    if (current !== undefined) return await current
    const failure = this.#shared.failures.of(call.state)
    if (failure === undefined || (await this.#shared.failures.isOver(failure))) return await this.#fly(call, false)
    this.#shared.tell?.(call.asked, { type: 'suppressed', reason: 'failed_before' }, undefined)
    throw failure
  }

  /** A renewal that fails is no reason to withhold a live token; who was refused with it sees that it is the same. */
  async #forced(call: Call, token: StoredToken): Promise<StoredToken> {
    const { state, scope } = call
    const current = scope.flights.current(state.key)
    if (current === undefined && this.#shared.failures.of(state) !== undefined) return await this.#byPhase(call)
    if (current === undefined) state.forcedAt = this.#settings.monotonic()
    const renewal = current ?? this.#fly({ ...call, forced: true }, false)
    return await renewal.catch((error: unknown) => this.#serveOr(call, token, error))
  }

  /** Not for a token that somebody has replaced already, and not while the pause runs, except to join a renewal. */
  #mayForce(call: Call, token: StoredToken, force: Exclude<Wanted['forceRefresh'], false>): boolean {
    const { asked, state, scope } = call
    if (typeof force === 'object' && force.rejected !== token.accessToken) return false
    const { forcedAt, key } = state
    if (scope.flights.current(key) !== undefined) return true
    const passed = forcedAt === undefined ? undefined : this.#settings.monotonic() - forcedAt
    if (passed === undefined || passed < 0 || passed >= forcePause * 1000) return true
    this.#shared.tell?.(asked, { type: 'suppressed', reason: 'forced_before' }, token)
    return false
  }

  /** One renewal per key at a time. */
  #fly(call: Call, background: boolean): Promise<StoredToken> {
    return call.scope.flights.join(call.state.key, async () => {
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
    const { asked, state, token: stale } = call
    const { token, source, repairs } = await renew(this.#shared, {
      asked,
      stale: this.#phase(state, stale) === 'expired' ? undefined : stale?.accessToken,
      state,
      session: this.#shared.states.sessionOf(state),
      phaseOf: (each) => this.#phase(state, each),
      mayAsk: () => call.forced === true || this.#phase(state, stale) === 'expired',
      patience: background ? this.#patience(stale) : 0,
      retried: (attempt, { code, status }) =>
        this.#shared.tell?.(asked, { type: 'retried', attempt, code, status }, stale, started),
      signal,
    })
    this.#shared.failures.clear(state)
    this.#shared.tell?.(asked, { type: background ? 'renewed' : 'acquired', repairs }, token, started, source)
    return token
  }

  #patience(token: StoredToken | undefined): number {
    const left = token === undefined ? 0 : token.waitAt - this.#settings.now() / 1000
    return Math.max(0, Math.min(longestPatience, left))
  }

  #phase(state: KeyState, token: StoredToken | undefined): Phase {
    return phaseIn(this.#settings, state, token)
  }

  #serveOr(call: Call, token: StoredToken, error: unknown): StoredToken {
    if (this.#phase(call.state, token) === 'expired') throw error
    return this.#serve(call.asked, token)
  }

  #serve(asked: Asked, token: StoredToken): StoredToken {
    this.#shared.tell?.(asked, { type: 'hit' }, token)
    return token
  }

  #remember(call: Call, background: boolean, started: number, error: TokenRequestError): TokenRequestError {
    const { asked, state, token } = call
    const { code, status } = error
    if (code === 'client_closed') return error
    const retryAt = this.#shared.failures.add(state, asked.grant, error)
    this.#shared.tell?.(asked, { type: 'failed', background, code, status, retryAt }, token, started)
    return again(error, retryAt)
  }
}

function closed(): TokenRequestError {
  return new TokenRequestError({ code: 'client_closed', message: 'The token client was closed' })
}
