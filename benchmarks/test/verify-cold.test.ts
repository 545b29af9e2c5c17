import { describe, expect, test } from 'vitest'
import { limitName, oursName } from '../src/harness/contender.js'
import { algorithms, createKey } from '../src/tokens/key.js'
import { createTokens } from '../src/tokens/token.js'
import { awsJwtVerify, fastJwt, jose, jsonWebToken, toolkit } from '../src/tokens/verifiers.js'
import { contendersFor } from '../src/verify-cold/contenders.js'
import { goalsOf } from '../src/verify-cold/goals.js'

const plan = { rounds: 30, warmUp: 0, operations: 3 }

describe.for([...algorithms])('%s', (algorithm) => {
  test('every contender verifies tokens, refuses forged ones, and does so again in a later round', async () => {
    const key = await createKey(algorithm)
    const tokens = createTokens(key, 2 * plan.operations)
    const verifying = [toolkit(key), jose(key), fastJwt(key), awsJwtVerify(key), jsonWebToken(key)]
    for (const width of [1, 64]) {
      const contenders = await contendersFor(key, tokens, {
        verifying: verifying.filter((each) => each !== undefined),
        width,
        plan,
      })
      for (const round of [0, 1]) for (const { slice } of contenders) await slice(round)()
      expect(contenders.slice(0, 2).map(({ name }) => name)).toEqual([limitName, oursName])
    }
  })

  test('nobody is measured who accepts a forged token', async () => {
    const key = await createKey(algorithm)
    const liar = { name: 'liar', package: 'jose', verify: () => true, waits: false } as const
    const measured = contendersFor(key, createTokens(key, 3), { verifying: [liar], width: 1, plan })
    await expect(measured).rejects.toThrow('liar accepts a forged token')
  })
})

test('a goal is set against the peer that is the fastest', () => {
  const estimate = (median: number) => ({ median, low: median, high: median })
  const figure = (name: string, wall: number) => ({
    name,
    version: undefined,
    wall,
    cpu: wall,
    share: estimate(1 / wall),
    cpuShare: estimate(1 / wall),
    ours: estimate(wall / 2),
    cpuOurs: estimate(wall / 2),
  })
  const figures = [figure(limitName, 1), figure(oursName, 2), figure('slow', 8), figure('fast', 4)]
  const measured = { name: 'case', figures, algorithm: 'RS256', width: 1 } as const
  expect(goalsOf(measured).map(({ name, figure: { median }, atLeast }) => [name, median, atLeast])).toEqual([
    ['case: share of the limit', 0.5, 0.75],
    ['case: times fast, the fastest peer', 2, 1],
  ])
})
