import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** What needs no browser; `browser/` holds the rest. */
const config: ViteUserConfig = defineConfig({ test: { include: ['test/**/*.test.{ts,tsx}'] } })

export default config
