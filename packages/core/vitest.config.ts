import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** Which of two files does what package.json chooses by the platform: here the sources, not what was built of them. */
function by(platform: 'node' | 'web'): Record<string, string> {
  return { '#signature': fileURLToPath(new URL(`src/verifier/signature.${platform}.ts`, import.meta.url)) }
}

/** Everything as on Node, and once more what a verifier decides as on every other platform. */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      { resolve: { alias: by('node') }, test: { name: 'node' } },
      { resolve: { alias: by('web') }, test: { name: 'web', include: ['test/verifier/**/*.test.ts'] } },
    ],
  },
})

export default config
