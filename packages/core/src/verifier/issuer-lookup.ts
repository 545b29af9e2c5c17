import { Lru } from '../cache/lru.js'
import { endpointUrl } from '../oauth/endpoint.js'
import { isRecent } from '../recent.js'
import { until } from '../until.js'
import type { VerifierEvent } from './events.js'
import { unavailable } from './refusal.js'
import type { RequestScope } from './request-scope.js'

/** Characters of an issuer that is asked about. */
const maxIssuerLength = 512
/** How many issuers are remembered: known ones, and apart from them those that are not, so that made-up ones push none out. */
const maxFound = 10_000
const maxAbsent = 1000
/** Lookups at a time: made-up issuers must not become a flood of queries. */
const maxPending = 64
/** Seconds for which an issuer that is unknown is not asked about again, and one that could not be looked up. */
const absence = 30
const pause = 1

/** What a lookup needs. */
export interface IssuerLookupOptions<V> {
  /** Asks whoever knows the issuers. */
  readonly find: (issuer: string, signal: AbortSignal) => Promise<V | undefined>
  /** Seconds for which a known issuer is not asked about again. */
  readonly maxAge: number
  /** Seconds for one lookup. */
  readonly timeout: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
}

/** One answer. */
interface Answer<V> {
  /** Unset for an issuer nobody knows, or nobody could look up. */
  readonly value: V | undefined
  readonly failed: boolean
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** A wrong answer to a lookup, whose message is ours. */
export class LookupError extends Error {
  override readonly name = 'LookupError'
}

/** Issuers that somebody else knows: asked about one at a time each, bounded in number, time and memory. */
export class IssuerLookup<V> {
  readonly #options: IssuerLookupOptions<V>
  readonly #found = new Lru<string, Answer<V>>(maxFound)
  readonly #absent = new Lru<string, Answer<V>>(maxAbsent)
  readonly #flights = new Map<string, Promise<Answer<V>>>()
  #pending = 0

  constructor(options: IssuerLookupOptions<V>) {
    this.#options = options
  }

  /** Whether what was found is still what to go by. */
  isCurrent(issuer: string, value: V): boolean {
    const known = this.#found.get(issuer)
    return known?.value === value && this.#isWithin(known, this.#options.maxAge)
  }

  /**
   * What is known of an issuer, asked for if it must be.
   *
   * @returns `undefined` for an issuer nobody knows.
   * @throws Refusal `temporarily_unavailable` when that cannot be known.
   */
  async get(issuer: string, scope: RequestScope, signal: AbortSignal | undefined): Promise<V | undefined> {
    if (!isIssuer(issuer)) return undefined
    const { value, failed } = this.#known(issuer) ?? (await until(this.#join(issuer, scope), signal))
    if (failed) throw unavailable('the issuer could not be looked up', pause)
    return value
  }

  #known(issuer: string): Answer<V> | undefined {
    const found = this.#found.get(issuer)
    if (found !== undefined && this.#isWithin(found, this.#options.maxAge)) return found
    const absent = this.#absent.get(issuer)
    return absent !== undefined && this.#isWithin(absent, absent.failed ? pause : absence) ? absent : undefined
  }

  #isWithin({ since }: Answer<V>, seconds: number): boolean {
    return isRecent(since, seconds, this.#options.now())
  }

  #join(issuer: string, { apart }: RequestScope): Promise<Answer<V>> {
    if (apart) return this.#ask(issuer)
    const flight = this.#flights.get(issuer) ?? this.#ask(issuer).finally(() => this.#flights.delete(issuer))
    this.#flights.set(issuer, flight)
    return flight
  }

  async #ask(issuer: string): Promise<Answer<V>> {
    // One that was known, however long ago, is not made up.
    if (this.#pending >= maxPending && this.#found.get(issuer) === undefined)
      throw unavailable('too many issuers are being looked up', pause)
    const since = this.#options.now()
    this.#pending++
    try {
      return this.#keep(issuer, await this.#find(issuer, since))
    } finally {
      this.#pending--
    }
  }

  async #find(issuer: string, since: number): Promise<Answer<V>> {
    const { find, timeout, emit } = this.#options
    const deadline = AbortSignal.timeout(Math.ceil(timeout * 1000))
    try {
      return { value: await until(find(issuer, deadline), deadline), failed: false, since }
    } catch (error) {
      const why = error instanceof LookupError ? error.message : 'the lookup threw'
      emit({ type: 'issuer_unavailable', issuer, reason: deadline.aborted ? 'no answer came in time' : why })
      return { value: undefined, failed: true, since }
    }
  }

  #keep(issuer: string, answer: Answer<V>): Answer<V> {
    this.#found.delete(issuer)
    const kept = answer.value === undefined ? this.#absent : this.#found
    kept.set(issuer, answer)
    return answer
  }
}

/** Nobody is asked about a text that no authorization server can have as its issuer (RFC 8414 §2). */
function isIssuer(text: string): boolean {
  if (text.length > maxIssuerLength || !/^[\x21-\x7e]+$/.test(text) || text.includes('?')) return false
  try {
    endpointUrl(text, 'issuer')
    return true
  } catch {
    return false
  }
}
