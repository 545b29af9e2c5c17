/**
 * At most one piece of work per key at a time, joined by all who ask for it meanwhile.
 *
 * A caller that gives up leaves; the work goes on for the others, by its own deadline.
 */
export class Flights<T> {
  readonly #aloft = new Map<string, Promise<T>>()

  /** Joins the flight of a key, or starts it. */
  join(key: string, start: () => Promise<T>): Promise<T> {
    const current = this.#aloft.get(key)
    if (current !== undefined) return current
    const flight = start().finally(() => this.#aloft.delete(key))
    this.#aloft.set(key, flight)
    return flight
  }

  /** The flight of a key, where there is one. */
  current(key: string): Promise<T> | undefined {
    return this.#aloft.get(key)
  }
}

/** Waits for work until a signal says otherwise; the work itself is not touched. */
export function until<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason)
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
