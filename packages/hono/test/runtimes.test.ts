import { isDeepStrictEqual } from 'node:util'
import { runConformance } from '@auth/testing'
import { expect, test } from 'vitest'
import { runtimes } from './support/runtimes.js'

test.for(Object.entries(runtimes))('%s conforms', { timeout: 120_000 }, async ([name, start]) => {
  const results = await runConformance({
    name,
    start: async (config) => {
      const api = await start(config)
      const answer = await fetch(new URL('/runtime', api.call('read').url))
      expect(await answer.text()).toBe(name)
      return api
    },
    dpop: true,
    stepUp: true,
  })
  const differences = results.filter(({ expected, seen }) => !isDeepStrictEqual(seen, expected))
  console.info(`Hono on ${name}: ${results.length} cases, ${differences.length} differences`)
  expect(results.length).toBeGreaterThan(30)
  expect(differences).toEqual([])
})
