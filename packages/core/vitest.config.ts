import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { aliasesOf } from './test/support/platform.js'

/** What decides about a token and its signature. */
const decisions = [
  'attacks/*',
  'lessons/*',
  'differential/differential',
  'dpop',
  'jwk',
  'jws',
  'signed-answer',
  'verifier',
]

/** Everything as on Node, and the decisions once more as on every other platform. */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      { resolve: { alias: aliasesOf('node') }, test: { name: 'node' } },
      {
        resolve: { alias: aliasesOf('web') },
        test: { name: 'web', include: decisions.map((name) => `test/verifier/${name}.test.ts`) },
      },
    ],
  },
})

export default config
