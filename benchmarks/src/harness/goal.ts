import type { Estimate } from './statistics.js'

/** What this toolkit promises of a ratio. */
export interface Goal {
  readonly name: string
  readonly figure: Estimate
  readonly atLeast?: number | undefined
  readonly atMost?: number | undefined
}

export type Verdict = 'kept' | 'within the noise' | 'missed'

/** Kept by the median; or by the kinder end of the interval only, which on a quiet machine may turn out either way. */
export function verdictOf({ figure, atLeast, atMost }: Goal): Verdict {
  const within = (most: number, least: number): boolean =>
    most >= (atLeast ?? Number.NEGATIVE_INFINITY) && least <= (atMost ?? Number.POSITIVE_INFINITY)
  if (within(figure.median, figure.median)) return 'kept'
  return within(figure.high, figure.low) ? 'within the noise' : 'missed'
}

/** Whether nothing can be said against it. */
export function isKept(goal: Goal): boolean {
  return verdictOf(goal) !== 'missed'
}
