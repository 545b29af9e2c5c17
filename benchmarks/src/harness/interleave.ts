import type { Contender } from './contender.js'
import { shuffled } from './shuffle.js'

/** How much is measured. */
export interface Plan {
  /** Slices of each contender that count. */
  readonly rounds: number
  /** Slices of each contender before those, for compilers to settle. */
  readonly warmUp: number
  /** In each slice. */
  readonly operations: number
}

/** What one contender took, in microseconds per operation, in each round. */
export interface Samples {
  readonly contender: Contender
  readonly wall: readonly number[]
  /** Of the whole process that does the work: the thread pool and the garbage collector, too. */
  readonly cpu: readonly number[]
}

/** Fewer rounds would make the interval of a median too wide to mean anything. */
export const minRounds = 30

/** How many slices each contender is asked for. */
export function slicesOf({ rounds, warmUp }: Plan): number {
  return rounds + warmUp
}

/** Runs all contenders in one process, in small slices, each round in another order: what disturbs one disturbs all. */
export async function interleave(contenders: readonly Contender[], plan: Plan): Promise<readonly Samples[]> {
  if (plan.rounds < minRounds) throw new RangeError(`at least ${minRounds} rounds, not ${plan.rounds}`)
  const samples = contenders.map((contender) => ({ contender, wall: [] as number[], cpu: [] as number[] }))
  for (let round = 0; round < slicesOf(plan); round++) {
    for (const { contender, wall, cpu } of shuffled(samples)) {
      const taken = await timed(contender.slice(round), contender.cpu)
      if (round < plan.warmUp) continue
      wall.push(taken.wall / plan.operations)
      cpu.push(taken.cpu / plan.operations)
    }
  }
  return samples
}

interface Taken {
  readonly wall: number
  readonly cpu: number
}

async function timed(slice: () => void | Promise<void>, cpu: Contender['cpu']): Promise<Taken> {
  const cpuBefore = (await cpu?.()) ?? ownCpu()
  const before = performance.now()
  await slice()
  const wall = (performance.now() - before) * 1000
  return { wall, cpu: ((await cpu?.()) ?? ownCpu()) - cpuBefore }
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
