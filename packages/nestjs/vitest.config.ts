import path from 'node:path'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** Where `@nestjs/…` of an older major is installed; the files of the suite are the same. */
const nest11 = path.join(import.meta.dirname, 'nest11/node_modules/@nestjs')

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      { test: { name: 'nestjs-12', env: { NEST_MAJOR: '12' }, testTimeout: 30_000 } },
      {
        resolve: { alias: [{ find: /^@nestjs\//, replacement: `${nest11}/` }] },
        test: { name: 'nestjs-11', env: { NEST_MAJOR: '11' }, testTimeout: 30_000 },
      },
    ],
  },
})

export default config
