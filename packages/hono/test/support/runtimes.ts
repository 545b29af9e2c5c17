import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ConformanceConfig, RunningApi } from '@auth/testing'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'

/** Starts the API of the conformance kit in a runtime. */
export type StartRuntime = (config: ConformanceConfig) => Promise<RunningApi>

/** Runtimes by their names, each started as its users start it, from a bundle. */
export const runtimes: Readonly<Record<'node' | 'bun' | 'deno' | 'workerd', StartRuntime>> = {
  node: (config) => startProcess('node', process.execPath, [], config),
  bun: (config) => startProcess('bun', binary('bun', bunPackage(), `bin/bun${extension}`), [], config),
  deno: (config) =>
    startProcess(
      'deno',
      binary('deno', denoPackage(), `deno${extension}`),
      ['run', '--allow-net', '--allow-env'],
      config,
    ),
  workerd: startWorkerd,
}

async function bundle(name: string, platform: 'node' | 'neutral'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../runtimes/${name}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform,
    mainFields: ['module', 'main'],
    conditions: platform === 'neutral' ? ['workerd', 'worker', 'browser'] : ['import'],
    logLevel: 'silent',
  })
  return outputFiles.map(({ text }) => text).join('')
}

async function startWorkerd(config: ConformanceConfig): Promise<RunningApi> {
  const miniflare = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.js', contents: await bundle('workerd', 'neutral') }],
    compatibilityDate: '2026-07-01',
    bindings: { CONFIG: JSON.stringify(config) },
  })
  const url = await miniflare.ready
  return running(url.origin, () => miniflare.dispose())
}

async function startProcess(
  name: string,
  command: string,
  args: readonly string[],
  config: ConformanceConfig,
): Promise<RunningApi> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hono-runtime-'))
  const file = path.join(folder, 'server.mjs')
  await writeFile(file, await bundle(name, 'node'))
  const child = spawn(command, [...args, file], {
    env: { ...process.env, CONFIG: JSON.stringify(config) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${name} ended with ${code} before it listened`))),
  ])
  return running(`http://127.0.0.1:${port}`, async () => {
    const ended = once(child, 'exit')
    child.kill()
    await ended
    await rm(folder, { recursive: true })
  })
}

function running(origin: string, close: () => Promise<void>): RunningApi {
  return { call: (route) => ({ method: 'GET', url: `${origin}/${route}` }), close }
}

const extension = process.platform === 'win32' ? '.exe' : ''

/** The binary itself: the one of the package would have to be put there by an install script. */
function binary(of: string, platformPackage: string, file: string): string {
  const found = createRequire(createRequire(import.meta.url).resolve(`${of}/package.json`))
  return path.join(path.dirname(found.resolve(`${platformPackage}/package.json`)), file)
}

function bunPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  return `@oven/bun-${platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`
}

function denoPackage(): string {
  return `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`
}
