import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** Tests against a real redis-server, apart from those that need nothing. */
const config: ViteUserConfig = defineConfig({
  test: { include: ['*.test.ts'], testTimeout: 60_000, fileParallelism: false },
})

export default config
