import { Flights } from '../cache/flights.js'
import type { StoredToken } from '../cache/store.js'

/** Who may join a flight, and who looks after one that nobody waits for. */
export interface FlightScope {
  readonly flights: Flights<StoredToken>
  /** Looks after work that nobody waits for; unset where it would end with its request. */
  readonly background: ((work: Promise<unknown>) => void) | undefined
}

/**
 * A scope for those who share it.
 *
 * @param keepAlive for work that nobody waits for, which does not fail; unset where it would end with its request.
 */
export function flightScope(keepAlive?: (work: Promise<unknown>) => void): FlightScope {
  // A failed renewal is remembered where it is made; it must not end the process.
  const background = keepAlive && ((work: Promise<unknown>) => keepAlive(work.catch(() => undefined)))
  return { flights: new Flights(), background }
}
