import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** What concerns the house as a whole; each package runs its own tests. */
const config: ViteUserConfig = defineConfig({ test: { include: ['test/**/*.test.ts'] } })

export default config
