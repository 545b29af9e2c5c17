import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** Public test vectors, from a folder that is not part of the project. */
const config: ViteUserConfig = defineConfig({ test: { include: ['*.vectors.ts'], reporters: ['dot'] } })

export default config
