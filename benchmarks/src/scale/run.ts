import type { Benchmark } from '../benchmark.js'
import { describe, environment } from '../harness/environment.js'
import { type Goal, isKept } from '../harness/goal.js'
import { interleave, type Plan, type Samples, slicesOf } from '../harness/interleave.js'
import { markdown } from '../harness/markdown.js'
import { interval, short } from '../harness/numbers.js'
import { goalsTable } from '../harness/report.js'
import { median, ratio } from '../harness/statistics.js'
import { createKey } from '../tokens/key.js'
import { createTokens } from '../tokens/token.js'
import { fastJwt, toolkit } from '../tokens/verifiers.js'
import { known } from '../verify-warm/contenders.js'
import { manyIssuers } from './issuers.js'
import { type Memory, memoryOf } from './memory.js'

const cold: Plan = { rounds: 40, warmUp: 8, operations: 100 }
const warm: Plan = { rounds: 40, warmUp: 8, operations: 4000 }
const mebibyte = 1024 * 1024

/** What a verification costs when there are more issuers, or more tokens, and what a token takes that is remembered. */
export const scale: Benchmark = async () => {
  const key = await createKey('ES256')
  const counts = [1, 10, 100, 1000, 10_000]
  const work = { slices: slicesOf(cold), operations: cold.operations }
  const issuers = await interleave(await Promise.all(counts.map((count) => manyIssuers(key, count, work))), cold)
  const tokens = createTokens(key, 100_000)
  const memory: Memory[] = []
  const remembering = []
  for (const live of [1, 100, 10_000, tokens.length]) {
    const some = tokens.slice(0, live)
    const verifier = toolkit(key, { verifiedTokenCache: { maxEntries: live, maxBytes: 1024 * mebibyte } })
    const contender = { ...verifier, name: live === 1 ? '1 token' : `${live.toLocaleString('en')} tokens` }
    const filled = await memoryOf(contender, live, () => known(contender, some, warm))
    remembering.push(filled.value)
    // What a few take drowns in what everything else does.
    if (live >= 10_000) memory.push(filled.memory)
  }
  const peer = fastJwt(key, { cache: tokens.length })
  memory.push((await memoryOf(peer, tokens.length, () => known(peer, tokens, warm))).memory)
  const remembered = await interleave(remembering, warm)
  const goals = goalsOf(issuers)
  const where = environment()
  const judged = goals.map((goal) => ({ ...goal, kept: isKept(goal) }))
  const lines = [...linesOf(issuers), ...linesOf(remembered)]
  return {
    figures: { environment: where, lines, memory, goals: judged },
    text: [describe(where), tableOf(lines), memoryTable(memory), goalsTable(goals)].join('\n\n'),
    kept: judged.every(({ kept }) => kept),
  }
}

function linesOf(samples: readonly Samples[]) {
  const [first] = samples
  return samples.map(({ contender, wall, cpu }) => ({
    name: contender.name,
    wall: median(wall),
    cpu: median(cpu),
    timesFirst: first && ratio(cpu, first.cpu),
  }))
}

function tableOf(lines: ReturnType<typeof linesOf>): string {
  const rows = lines.map(({ name, wall, cpu, timesFirst }) => [name, short(wall), short(cpu), interval(timesFirst)])
  return markdown(['', 'µs', 'µs of CPU', 'times the CPU of one'], rows)
}

function memoryTable(memory: readonly Memory[]): string {
  const rows = memory.map(({ name, entries, bytes }) => [name, entries.toLocaleString('en'), short(bytes)])
  return markdown(['remembered by', 'tokens', 'bytes each'], rows)
}

/** Flat within a fifth. */
function goalsOf(issuers: readonly Samples[]): readonly Goal[] {
  const first = issuers[0]
  const most = issuers.at(-1)
  if (first === undefined || most === undefined) return []
  return [{ name: `${most.contender.name}: times the CPU of one`, figure: ratio(most.cpu, first.cpu), atMost: 1.2 }]
}
