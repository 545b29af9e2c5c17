import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type ConformanceConfig, type RunningApi, runAttacks } from '../src/index.js'
import { startCareless } from './careless.js'

describe('runAttacks', () => {
  test.for<[string, number, (status: number) => boolean]>([
    ['lets everybody in', 200, (status) => status === 200],
    ['refuses everybody', 401, () => false],
  ])('an API that %s falls', async ([, status, mayStand]) => {
    const results = await runAttacks({ start: () => startCareless(status) })
    const stood = results.filter(({ expected, seen }) => isDeepStrictEqual(seen, expected))
    expect(stood.filter(({ expected }) => !mayStand(expected.status)).map(({ id }) => id)).toEqual([])
    expect(results.length).toBeGreaterThan(300)
    expect(new Set(results.map(({ id }) => id)).size).toBe(results.length)
  })

  test('asks for no tolerance, and closes each API it had started', async () => {
    const tolerances: number[] = []
    let open = 0
    const start = async ({ clockTolerance }: ConformanceConfig): Promise<RunningApi> => {
      tolerances.push(clockTolerance)
      open += 1
      const api = await startCareless(200)
      return {
        ...api,
        close: () => {
          open -= 1
          return api.close()
        },
      }
    }
    await runAttacks({ start })
    expect(new Set(tolerances)).toEqual(new Set([0]))
    expect(tolerances.length).toBeGreaterThan(50)
    expect(open).toBe(0)
  })
})
