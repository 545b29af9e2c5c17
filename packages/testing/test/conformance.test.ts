import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type ConformanceConfig, type RunningApi, runConformance } from '../src/index.js'
import { startCareless } from './careless.js'

describe('runConformance', () => {
  test.for<[string, number, (status: number) => boolean]>([
    ['lets everybody in', 200, (status) => status === 200],
    ['refuses everybody', 401, () => false],
  ])('an API that %s fails', async ([, status, mayPass]) => {
    const results = await runConformance({ name: 'careless', start: () => startCareless(status) })
    const passed = results.filter(({ expected, seen }) => isDeepStrictEqual(seen, expected))
    expect(passed.map(({ expected }) => expected.status).filter((each) => !mayPass(each))).toEqual([])
    expect(passed.length).toBe(results.filter(({ expected }) => mayPass(expected.status)).length)
    expect(results.length).toBeGreaterThan(40)
  })

  test('tells the API whom to trust, and closes it', async () => {
    const configs: ConformanceConfig[] = []
    let closed = 0
    const start = async (config: ConformanceConfig): Promise<RunningApi> => {
      configs.push(config)
      const api = await startCareless(200)
      return {
        ...api,
        close: () => {
          closed += 1
          return api.close()
        },
      }
    }
    const results = await runConformance({ name: 'careless', start })
    expect(results.every(({ name }) => name.startsWith('careless: '))).toBe(true)
    expect(configs).toMatchObject([{ clockTolerance: 0, realm: 'accounts', audience: expect.any(String) }])
    expect(configs[0]?.jwt.jwksUri).toContain(configs[0]?.jwt.issuer)
    expect(closed).toBe(1)
  })
})
