import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** Tests in a real browser, one file after the other: each opens one. */
const config: ViteUserConfig = defineConfig({
  test: { include: ['*.test.ts'], testTimeout: 180_000, hookTimeout: 60_000, fileParallelism: false },
})

export default config
