import type { Benchmark } from '../benchmark.js'
import { caseOf } from '../harness/figures.js'
import { interleave, type Plan, slicesOf } from '../harness/interleave.js'
import { reportOf } from '../harness/report.js'
import { algorithms, createKey } from '../tokens/key.js'
import { createTokens } from '../tokens/token.js'
import { awsJwtVerify, fastJwt, jose, jsonWebToken, toolkit } from '../tokens/verifiers.js'
import { contendersFor } from './contenders.js'
import { goalsOf } from './goals.js'

/** Compilers need some thousand tokens until they are done with a library. */
const plan: Plan = { rounds: 40, warmUp: 24, operations: 256 }

/** Tokens that nobody has seen before: each goes to each library once. */
export const verifyCold: Benchmark = async () => {
  const cases = []
  for (const algorithm of algorithms) {
    const key = await createKey(algorithm)
    const tokens = createTokens(key, slicesOf(plan) * plan.operations)
    for (const width of [1, 64]) {
      const peers = [jose(key), fastJwt(key), awsJwtVerify(key), jsonWebToken(key)].filter((peer) => peer !== undefined)
      const contenders = await contendersFor(key, tokens, { verifying: [toolkit(key), ...peers], width, plan })
      const name = `${algorithm}, ${width === 1 ? 'one at a time' : `${width} at once`}`
      cases.push({ ...caseOf(name, await interleave(contenders, plan)), algorithm, width })
    }
  }
  return reportOf('Tokens never seen before', cases, cases.flatMap(goalsOf))
}
