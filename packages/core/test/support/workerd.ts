import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { aliasesOf } from './platform.js'

/** A Worker in the runtime it is written for. */
export interface Worker extends AsyncDisposable {
  /** Answers a request to it as text, which must be a success. */
  readonly ask: (query: Readonly<Record<string, string>>) => Promise<string>
}

/** Starts a module of `test/workerd/` in workerd, bundled as its users bundle it. */
export async function startWorker(name: string): Promise<Worker> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../workerd/${name}`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    alias: aliasesOf('web'),
    logLevel: 'silent',
  })
  const [bundle] = outputFiles
  if (bundle === undefined) throw new Error('there is no bundle')
  const miniflare = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.js', contents: bundle.text }],
    compatibilityDate: '2026-07-01',
  })
  const url = await miniflare.ready
  return {
    ask: async (query) => {
      const response = await fetch(new URL(`?${new URLSearchParams(query)}`, url))
      const text = await response.text()
      if (response.ok) return text
      throw new Error(text)
    },
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  }
}
