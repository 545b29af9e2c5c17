import type { Benchmark } from '../benchmark.js'
import { oursName } from '../harness/contender.js'
import { type Case, caseOf, figureOf } from '../harness/figures.js'
import type { Goal } from '../harness/goal.js'
import { interleave, type Plan } from '../harness/interleave.js'
import { reportOf } from '../harness/report.js'
import { createKey } from '../tokens/key.js'
import { createTokens } from '../tokens/token.js'
import { fastJwt, toolkit } from '../tokens/verifiers.js'
import { known, lookUp, lookUpWhole, onlyString } from './contenders.js'

const plan: Plan = { rounds: 40, warmUp: 8, operations: 4000 }
const mebibyte = 1024 * 1024

/** Tokens seen before, each time as a string of its own, as they come from a socket. */
export const verifyWarm: Benchmark = async () => {
  const key = await createKey('ES256')
  const all = createTokens(key, 100_000)
  const cases: (Case & { readonly live: number })[] = []
  for (const live of [1, 1000, all.length]) {
    const tokens = all.slice(0, live)
    // What is there by default holds 10 000 tokens.
    const more = live > 10_000 ? { verifiedTokenCache: { maxEntries: live, maxBytes: 1024 * mebibyte } } : {}
    const whole = {
      ...fastJwt(key, { cache: live, cacheKeyBuilder: (token) => token }),
      name: 'fast-jwt, keyed by the token',
    }
    const verifying = [toolkit(key, more), fastJwt(key, { cache: live }), whole]
    const contenders = [
      lookUp(tokens, plan),
      lookUpWhole(tokens, plan),
      onlyString(tokens, plan),
      ...(await Promise.all(verifying.map((each) => known(each, tokens, plan)))),
    ]
    const name = live === 1 ? '1 live token' : `${live.toLocaleString('en')} live tokens`
    cases.push({ ...caseOf(name, await interleave(contenders, plan)), live })
  }
  return reportOf('Tokens seen before', cases, cases.flatMap(goalsOf))
}

/** By CPU time: all of it happens on one thread, and a core that is shared hits the longer slices more often. */
function goalsOf(measured: Case & { readonly live: number }): readonly Goal[] {
  const { name, live } = measured
  const { cpuShare: share } = figureOf(measured, oursName)
  const { cpuOurs: ours } = figureOf(measured, 'fast-jwt')
  if (share === undefined || ours === undefined) return []
  const few = live <= 1000
  const near = few ? [{ name: `${name}: share of the limit, by CPU`, figure: share, atLeast: 0.5 }] : []
  return [...near, { name: `${name}: times fast-jwt's cache, by CPU`, figure: ours, atLeast: few ? 3 : 1.5 }]
}
