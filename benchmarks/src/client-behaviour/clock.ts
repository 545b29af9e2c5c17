let ahead = 0

/** Moves the clock of the whole process: peers have none that could be handed in. Timers do not notice. */
export function travel(seconds: number): void {
  ahead += seconds * 1000
}

/** Puts the clock back to the real time. */
export function home(): void {
  ahead = 0
}

/** Milliseconds since the epoch by the clock that can be moved. */
export function now(): number {
  return Date.now()
}

globalThis.Date = new Proxy(Date, {
  construct: (target, given: unknown[], newTarget) =>
    Reflect.construct(target, given.length === 0 ? [target.now() + ahead] : given, newTarget),
  get: (target, name) => (name === 'now' ? () => target.now() + ahead : Reflect.get(target, name)),
})
