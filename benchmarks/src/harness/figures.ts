import { limitName, oursName } from './contender.js'
import type { Samples } from './interleave.js'
import { type Estimate, median, ratio } from './statistics.js'
import { versionOf } from './version.js'

/** What is known of one contender in one case. */
export interface Figure {
  readonly name: string
  readonly version: string | undefined
  /** Microseconds per operation: for information, as they are the machine's. */
  readonly wall: number
  /** Microseconds of all cores together. */
  readonly cpu: number
  /** Its rate as a share of the limit's. */
  readonly share: Estimate | undefined
  /** The same by CPU time. */
  readonly cpuShare: Estimate | undefined
  /** How many times its rate this toolkit's is. */
  readonly ours: Estimate | undefined
  /** The same by CPU time. */
  readonly cpuOurs: Estimate | undefined
}

/** Contenders that did the same work. */
export interface Case {
  readonly name: string
  readonly figures: readonly Figure[]
}

/** Makes ratios of the slices of one round, never of slices far apart. */
export function caseOf(name: string, samples: readonly Samples[]): Case {
  const named = (wanted: string): Samples | undefined => samples.find(({ contender }) => contender.name === wanted)
  const limit = named(limitName)
  const ours = named(oursName)
  const figures = samples.map(({ contender, wall, cpu }) => ({
    name: contender.name,
    version: contender.package === undefined ? undefined : versionOf(contender.package),
    wall: median(wall),
    cpu: median(cpu),
    share: limit && ratio(limit.wall, wall),
    cpuShare: limit && ratio(limit.cpu, cpu),
    ours: ours && ratio(wall, ours.wall),
    cpuOurs: ours && ratio(cpu, ours.cpu),
  }))
  return { name, figures }
}

/** What stands in a case of one contender. */
export function figureOf({ name, figures }: Case, contender: string): Figure {
  const found = figures.find((figure) => figure.name === contender)
  if (found === undefined) throw new Error(`${name} has no ${contender}`)
  return found
}
