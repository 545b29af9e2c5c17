import type { Benchmark } from '../benchmark.js'
import { oursName } from '../harness/contender.js'
import { caseOf } from '../harness/figures.js'
import { interleave, type Plan, slicesOf } from '../harness/interleave.js'
import { reportOf } from '../harness/report.js'
import { algorithms, createKey, type Key } from '../tokens/key.js'
import { createTokens } from '../tokens/token.js'
import { awsJwtVerify, fastJwt, jose, jsonWebToken, toolkit, type Verifying } from '../tokens/verifiers.js'
import { contendersFor } from './contenders.js'
import { goalsOf } from './goals.js'

/** Compilers need some thousand tokens until they are done with a library. */
const plan: Plan = { rounds: 40, warmUp: 24, operations: 256 }

/** It remembers no token, as its peers do not: for APIs that see each token once. */
function forgetful(key: Key): Verifying {
  return { ...toolkit(key, { verifiedTokenCache: false }), name: `${oursName}, remembering nothing` }
}

/** Tokens that nobody has seen before: each goes to each library once. */
export const verifyCold: Benchmark = async () => {
  const cases = []
  for (const algorithm of algorithms) {
    const key = await createKey(algorithm)
    const tokens = createTokens(key, slicesOf(plan) * plan.operations)
    for (const width of [1, 64]) {
      const peers = [jose(key), fastJwt(key), awsJwtVerify(key), jsonWebToken(key)].filter((peer) => peer !== undefined)
      const verifying = [toolkit(key), forgetful(key), ...peers]
      const contenders = await contendersFor(key, tokens, { verifying, width, plan })
      const name = `${algorithm}, ${width === 1 ? 'one at a time' : `${width} at once`}`
      cases.push({ ...caseOf(name, await interleave(contenders, plan)), algorithm, width })
    }
  }
  return reportOf('Tokens never seen before', cases, cases.flatMap(goalsOf))
}
