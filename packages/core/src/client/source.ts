import { Failures } from '../cache/failures.js'
import { Flights } from '../cache/flights.js'
import { type Phase, phaseOf } from '../cache/freshness.js'
import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import { until } from '../until.js'
import { again, reachOf, tokenRequestError } from './failure.js'
import { GivenToken } from './given-token.js'
import { type KeyState, KeyStates } from './key-state.js'
import { obtain } from './obtain.js'
import type { Asked } from './request.js'
import { Selection } from './selection.js'
import type { Settings } from './settings.js'
import type { Obtained } from './token-request.js'
import { createVault, type Vault } from './vault.js'

/** How a token is wanted. */
export interface Wanted {
  readonly signal?: AbortSignal | undefined
  /** Whether a live token will not do: the caller asked for a new one, or an API rejected this one. */
  readonly force?: boolean | { readonly rejected: string } | undefined
}

/** What was taken out of the store. */
export interface Removed {
  readonly token: StoredToken | undefined
  readonly gone: boolean
}

/** Seconds between two forced renewals of one key: an API that refuses every token must not cause a request each. */
const forcePause = 10

/** The key under which failures that concern every token of this client are remembered. */
const everyKey = ''

/** Gets tokens, keeps them and renews them: the whole way from a key to a live token, except the request itself. */
export class TokenSource {
  readonly #settings: Settings
  readonly #vault: Vault
  readonly #flights = new Flights<StoredToken>()
  readonly #failures: Failures<TokenRequestError>
  readonly #states = new KeyStates()
  readonly #closing = new AbortController()
  readonly #given: GivenToken
  readonly #selection: Selection

  constructor(settings: Settings) {
    this.#settings = settings
    const grant = settings.server.grant.name
    this.#vault = createVault(settings.store, (operation) => settings.tell({ type: 'store_failed', grant, operation }))
    this.#selection = new Selection(settings)
    this.#failures = new Failures(settings.monotonic, Math.random)
    this.#given = new GivenToken(
      grant === 'refresh_token' ? settings.server.grant.parameters().refresh_token : undefined,
    )
  }

  /** @throws TokenRequestError; the signal's reason when the caller gave up. */
  get(asked: Asked, wanted: Wanted): Promise<StoredToken> {
    return until(this.#get(asked, wanted), wanted.signal)
  }

  async #get(asked: Asked, { signal, force = false }: Wanted): Promise<StoredToken> {
    this.refuseClosed()
    signal?.throwIfAborted()
    const key = await this.keyOf(asked)
    const token = await this.#vault.get(key)
    const forced = force !== false && token !== undefined && this.#mayForce(key, token, force)
    return await (forced ? this.#forced(key, asked, token) : this.#byPhase(key, asked, token))
  }

  /** The keys that were used lately. */
  keys(): readonly string[] {
    return this.#states.keys()
  }

  /** Waits for a renewal under way, then takes the token out of the store; `gone` tells whether that worked. */
  async remove(key: string): Promise<Removed> {
    await this.#flights.current(key)?.catch(() => undefined)
    const token = await this.#vault.get(key)
    const gone = await this.#vault.delete(key)
    this.#given.spend(token?.refreshToken)
    return { token, gone }
  }

  close(): void {
    this.#closing.abort()
  }

  /** What ends any work for this client: its overall deadline, or that it was closed. */
  deadline(): AbortSignal {
    return AbortSignal.any([AbortSignal.timeout(Math.ceil(this.#settings.timeout * 3000)), this.#closing.signal])
  }

  /** What went wrong, as a caller is told. */
  failure(error: unknown): TokenRequestError {
    return this.#closing.signal.aborted ? closed() : tokenRequestError(error)
  }

  /** @throws TokenRequestError `client_closed` */
  refuseClosed(): void {
    if (this.#closing.signal.aborted) throw closed()
  }

  async keyOf(asked: Asked): Promise<string> {
    const key = await this.#selection.keyOf(asked)
    this.#states.of(key)
    return key
  }

  #byPhase(key: string, asked: Asked, token: StoredToken | undefined): Promise<StoredToken> {
    const phase = this.#phase(key, token)
    if (token === undefined || phase === 'expired') return this.#acquire(key, asked)
    if (phase === 'fresh') return Promise.resolve(this.#serve(token))
    if (this.#failed(key) !== undefined && this.#flights.current(key) === undefined) {
      this.#settings.tell({ type: 'suppressed', grant: this.#settings.server.grant.name, reason: 'failed_before' })
      return Promise.resolve(this.#serve(token))
    }
    const renewal = this.#fly(key, asked, token.accessToken)
    // Served while it lives, whatever becomes of the renewal.
    if (phase === 'wait') return renewal.catch((error: unknown) => this.#serveOr(key, token, error))
    renewal.catch(() => undefined)
    return Promise.resolve(this.#serve(token))
  }

  async #acquire(key: string, asked: Asked): Promise<StoredToken> {
    const current = this.#flights.current(key)
    if (current !== undefined) return await current
    const failure = this.#failed(key)
    if (failure === undefined) return await this.#fly(key, asked, undefined)
    this.#settings.tell({ type: 'suppressed', grant: this.#settings.server.grant.name, reason: 'failed_before' })
    const { now, monotonic } = this.#settings
    throw again(failure.error, Math.ceil((now() + failure.until - monotonic()) / 1000))
  }

  /** A renewal that fails is no reason to withhold a live token; who was refused with it sees that it is the same. */
  async #forced(key: string, asked: Asked, token: StoredToken): Promise<StoredToken> {
    const current = this.#flights.current(key)
    if (current === undefined && this.#failed(key) !== undefined) return await this.#byPhase(key, asked, token)
    if (current === undefined) this.#states.of(key).forcedAt = this.#settings.monotonic()
    const renewal = current ?? this.#fly(key, asked, token.accessToken)
    return await renewal.catch((error: unknown) => this.#serveOr(key, token, error))
  }

  /** Not for a token that somebody has replaced already, and not while the pause runs, except to join a renewal. */
  #mayForce(key: string, { accessToken }: StoredToken, force: Exclude<Wanted['force'], false>): boolean {
    if (typeof force === 'object' && force.rejected !== accessToken) return false
    if (this.#flights.current(key) !== undefined) return true
    const { forcedAt } = this.#states.of(key)
    const passed = forcedAt === undefined ? undefined : this.#settings.monotonic() - forcedAt
    if (passed === undefined || passed < 0 || passed >= forcePause * 1000) return true
    this.#settings.tell({ type: 'suppressed', grant: this.#settings.server.grant.name, reason: 'forced_before' })
    return false
  }

  /** One renewal per key at a time. `stale` is the token it is to replace. */
  #fly(key: string, asked: Asked, stale: string | undefined): Promise<StoredToken> {
    return this.#flights.join(key, async () => {
      const signal = this.deadline()
      try {
        return await until(this.#renew(key, asked, stale, signal), signal)
      } catch (error) {
        throw this.#remember(key, this.failure(error))
      }
    })
  }

  async #renew(key: string, asked: Asked, stale: string | undefined, signal: AbortSignal): Promise<StoredToken> {
    const current = await this.#vault.get(key)
    // Somebody else, in this process or another, may have renewed it since the caller looked.
    if (current !== undefined && current.accessToken !== stale && this.#phase(key, current) === 'fresh') return current
    const session = this.#states.of(key)
    const dialect = await this.#settings.server.dialect()
    const newer = () => this.#newer(key, current)
    const common = { settings: this.#settings, given: this.#given, signal }
    const outcome = await obtain({ ...common, dialect, asked, session, current, newer })
    return 'adopted' in outcome ? outcome.adopted : await this.#keep(key, session, outcome)
  }

  async #newer(key: string, than: StoredToken | undefined): Promise<StoredToken | undefined> {
    const found = await this.#vault.get(key)
    return found?.accessToken === than?.accessToken || this.#phase(key, found) === 'expired' ? undefined : found
  }

  /** Saved before it is handed out: a refresh token that was rotated and then lost would end the session. */
  async #keep(key: string, state: KeyState, { token, lifetime, duration, repairs }: Obtained): Promise<StoredToken> {
    const { now, monotonic, server, tell } = this.#settings
    state.latest = { accessToken: token.accessToken, at: monotonic() - duration * 1000 }
    if (lifetime > 0 || token.refreshToken !== undefined) await this.#vault.set(key, token, now() / 1000)
    this.#failures.clear(key)
    this.#failures.clear(everyKey)
    tell({ type: 'acquired', grant: server.grant.name, duration, remaining: lifetime, repairs })
    return token
  }

  #phase(key: string, token: StoredToken | undefined): Phase {
    if (token === undefined) return 'expired'
    const { latest } = this.#states.of(key)
    const known = latest !== undefined && latest.accessToken === token.accessToken
    const age = known ? (this.#settings.monotonic() - latest.at) / 1000 : undefined
    return phaseOf(token, this.#settings.now() / 1000, age)
  }

  #serveOr(key: string, token: StoredToken, error: unknown): StoredToken {
    if (this.#phase(key, token) === 'expired') throw error
    return this.#serve(token)
  }

  #failed(key: string): { readonly error: TokenRequestError; readonly until: number } | undefined {
    return this.#failures.get(key) ?? this.#failures.get(everyKey)
  }

  #remember(key: string, error: TokenRequestError): TokenRequestError {
    const { now, monotonic, server, tell } = this.#settings
    const { code, status } = error
    if (code === 'client_closed') return error
    const { everyKey: forAll, ...reach } = reachOf(error, server, now() / 1000)
    const { until } = this.#failures.add(forAll ? everyKey : key, { error, ...reach })
    const retryAt = Math.ceil((now() + until - monotonic()) / 1000)
    tell({ type: 'failed', grant: server.grant.name, code, status, retryAt })
    return again(error, retryAt)
  }

  #serve(token: StoredToken): StoredToken {
    const { now, server, tell } = this.#settings
    tell({ type: 'hit', grant: server.grant.name, remaining: token.expiresAt - now() / 1000 })
    return token
  }
}

function closed(): TokenRequestError {
  return new TokenRequestError({ code: 'client_closed', message: 'The token client was closed' })
}
