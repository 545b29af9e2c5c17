import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { aliasesOf } from './support/platform.js'

/** What an application ships that uses these names of the toolkit and nothing else: bytes, and of which files. */
async function bundleOf(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: new URL('..', import.meta.url).pathname },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    alias: aliasesOf('web'),
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file)
  return { gzipped: gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length, files }
}

/** Gzipped bytes, with some room for what zlib does on another machine. A ceiling may be lowered at any time. */
describe.for<readonly [string, contents: string, ceiling: number, absent: RegExp]>([
  [
    'verifying alone',
    "export { createVerifier } from './src/index.ts'",
    18_700,
    /node_modules|profiles\/(?:schema|check|validate|resolve)|introspect|verifier\/dpop|src\/client\//,
  ],
  [
    'getting tokens by client credentials',
    "export { createTokenClient, clientCredentials } from './src/index.ts'",
    21_300,
    /node_modules|profiles\/(?:schema|check|validate|resolve)|grants\/(?:device|jwt|refreshing|token)|src\/verifier\//,
  ],
])('%s', ([, contents, ceiling, absent]) => {
  test('takes no more than it needs', async () => {
    const { gzipped, files } = await bundleOf(contents)
    expect(files.filter((file) => absent.test(file))).toEqual([])
    expect(gzipped).toBeLessThan(ceiling)
  })
})
