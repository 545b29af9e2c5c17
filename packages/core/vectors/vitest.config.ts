import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { aliasesOf } from '../test/support/platform.js'

/** Public test vectors, from a folder that is not part of the project: as on Node, and as on every other platform. */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ['dot'],
    projects: (['node', 'web'] as const).map((name) => ({
      resolve: { alias: aliasesOf(name) },
      test: { name, include: ['*.vectors.ts'] },
    })),
  },
})

export default config
