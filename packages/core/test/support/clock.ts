/** A clock that moves when a test says so. */
export interface TestClock {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Seconds since the epoch. */
  readonly seconds: () => number
  readonly advance: (seconds: number) => void
}

export function testClock(start = 1_800_000_000): TestClock {
  let current = start * 1000
  return {
    now: () => current,
    seconds: () => current / 1000,
    advance: (seconds) => {
      current += seconds * 1000
    },
  }
}
