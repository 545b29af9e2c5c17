import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  // An example may be the first to load a framework, which takes a busy machine seconds.
  test: { include: ['*.test.ts'], testTimeout: 60_000 },
})

export default config
