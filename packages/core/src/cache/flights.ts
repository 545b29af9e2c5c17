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
