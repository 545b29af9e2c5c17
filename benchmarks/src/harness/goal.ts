import type { Estimate } from './statistics.js'

/** What this toolkit promises of a ratio. */
export interface Goal {
  readonly name: string
  readonly figure: Estimate
  readonly atLeast?: number | undefined
  readonly atMost?: number | undefined
}

/** Whether it is kept, as far as the interval can tell: a miss by less than the noise is none. */
export function isKept({
  figure,
  atLeast = Number.NEGATIVE_INFINITY,
  atMost = Number.POSITIVE_INFINITY,
}: Goal): boolean {
  return figure.high >= atLeast && figure.low <= atMost
}
