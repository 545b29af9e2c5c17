import { Lru } from '../cache/lru.js'
import { MetadataError } from '../oauth/discovery.js'
import { IntrospectionFailure } from '../oauth/introspection.js'
import { TransportFailure } from '../oauth/transport.js'
import type { Dialect } from './introspection-dialect.js'
import { type Refusal, unavailable } from './refusal.js'

/** Seconds for which a server that could not tell is left alone; it may ask for more than the first. */
const minPause = 1
const maxPause = 60
/** How many tokens' failures are remembered at most. */
const maxEntries = 1000
/** Whoever asks is refused, or asks too often: we do, unless each token asks for itself. */
const refusedStatuses: readonly number[] = [401, 403, 429]
/** The server is down. */
const serverStatuses: readonly number[] = [502, 503, 504]
/** No digest of a token is empty. */
const everyToken = ''

interface Outage {
  readonly reason: string
  /** Milliseconds since the epoch. */
  readonly since: number
  /** Seconds. */
  readonly pause: number
}

/**
 * What went wrong with introspecting, remembered so that not every request asks a server that is down. What may be the
 * doing of one token is remembered for that token only: who sends a strange one must not shut out the others.
 */
export class Outages {
  readonly #now: () => number
  /** Those that say nothing about a token. */
  readonly #generalStatuses: readonly (number | undefined)[]
  readonly #entries = new Lru<string, Outage>(maxEntries)

  /** @param now milliseconds since the epoch */
  constructor(now: () => number, { asBearer }: Pick<Dialect, 'asBearer'>) {
    this.#now = now
    this.#generalStatuses = asBearer ? serverStatuses : [...refusedStatuses, ...serverStatuses]
  }

  /** @throws Refusal while the server is left alone, about this token or any. */
  check(token: string): void {
    for (const key of [everyToken, token]) {
      const outage = this.#entries.get(key)
      const age = outage === undefined ? 0 : (this.#now() - outage.since) / 1000
      if (outage !== undefined && age >= 0 && age < outage.pause) throw unavailable(outage.reason, outage.pause - age)
    }
  }

  /** Remembers a failure, and says it to the caller. */
  add(token: string, error: unknown): Refusal {
    const asked = error instanceof IntrospectionFailure ? error.retryAfter : undefined
    const pause = Math.min(Math.max(asked ?? 0, minPause), maxPause)
    const reason = reasonOf(error)
    this.#entries.set(this.#isOfOneToken(error) ? token : everyToken, { reason, since: this.#now(), pause })
    return unavailable(reason, pause)
  }

  #isOfOneToken(error: unknown): boolean {
    if (error instanceof TransportFailure) return !['network_error', 'timeout'].includes(error.code)
    return error instanceof IntrospectionFailure && !this.#generalStatuses.includes(error.status)
  }
}

/** Only our own errors are known to quote no secret. */
function reasonOf(error: unknown): string {
  const ours = [IntrospectionFailure, TransportFailure, MetadataError].some((kind) => error instanceof kind)
  return ours && error instanceof Error ? error.message : 'the client authentication failed'
}
