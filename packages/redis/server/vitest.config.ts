import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** What runs after what. */
const steps = [
  { name: 'store', include: ['store.test.ts', 'dpop.test.ts', 'inspect.test.ts', 'sessions.test.ts'], workers: 1 },
  // They wait for tokens to age more than they work: two at a time.
  {
    name: 'faults',
    include: ['rotation.test.ts', 'faults.test.ts', 'cluster.test.ts', 'sentinel.test.ts'],
    workers: 2,
  },
  // Counts the requests of a whole fleet, which needs the machine to itself.
  { name: 'fleet', include: ['fleet.test.ts'], workers: 1 },
]

/** Tests against a real redis-server, apart from those that need nothing. */
const config: ViteUserConfig = defineConfig({
  test: {
    testTimeout: 120_000,
    projects: steps.map(({ name, include, workers }, groupOrder) => ({
      extends: true,
      test: { name, include, maxWorkers: workers, sequence: { groupOrder } },
    })),
  },
})

export default config
