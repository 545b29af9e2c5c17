import { Flights } from '../cache/flights.js'
import type { StoredToken } from '../cache/store.js'
import type { RequestContext } from '../runtime.js'

/** Who may join a flight, and who looks after one that nobody waits for. */
export interface FlightScope {
  readonly flights: Flights<StoredToken>
  /** Looks after work that nobody waits for; unset where it would end with its request. */
  readonly background: ((work: Promise<unknown>) => void) | undefined
}

/** The scope of a process whose requests may share promises. */
export function sharedScope(): FlightScope {
  return { flights: new Flights(), background: ignoreFailure }
}

/** The scope of one request. */
export function requestScope(context?: RequestContext): FlightScope {
  const background = context && ((work: Promise<unknown>) => context.waitUntil(work.catch(() => undefined)))
  return { flights: new Flights(), background }
}

/** A failed renewal is remembered where it is made; it must not end the process. */
function ignoreFailure(work: Promise<unknown>): void {
  work.catch(() => undefined)
}
