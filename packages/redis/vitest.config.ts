import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** What needs no server; `server/` holds the rest. */
const config: ViteUserConfig = defineConfig({ test: { include: ['test/**/*.test.ts'] } })

export default config
