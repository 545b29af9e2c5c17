/** A figure, and where it lies with 95 % confidence. */
export interface Estimate {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** The median and its distribution-free interval, from order statistics: no assumption about how a machine is noisy. */
export function estimate(values: readonly number[]): Estimate {
  const sorted = Float64Array.from(values).sort()
  const rank = lowerRank(sorted.length)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const last = sorted.length - 1
  return { median: (at(last >> 1) + at((last + 1) >> 1)) / 2, low: at(rank), high: at(last - rank) }
}

export function median(values: readonly number[]): number {
  return estimate(values).median
}

/** A figure that does not vary. */
export function exactly(value: number): Estimate {
  return { median: value, low: value, high: value }
}

/** Of values of the same round, never of rounds far apart. */
export function ratio(above: readonly number[], below: readonly number[]): Estimate {
  return estimate(above.map((value, round) => value / (below[round] ?? Number.NaN)))
}

/** What stands above in a ratio, below. */
export function inverse({ median: middle, low, high }: Estimate): Estimate {
  return { median: 1 / middle, low: 1 / high, high: 1 / low }
}

/**
 * Counted from 0, the largest rank r such that the true median lies below value r with at most 2.5 % probability: r of n
 * fair coins or fewer fall that way. With fewer than six values no rank is sure enough, and the outermost one has to do.
 */
function lowerRank(count: number): number {
  let probability = 0.5 ** count
  let below = probability
  let rank = 0
  while (rank < count) {
    probability *= (count - rank) / (rank + 1)
    below += probability
    if (below > 0.025) break
    rank++
  }
  return rank
}
