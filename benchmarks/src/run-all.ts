import { spawnSync } from 'node:child_process'
import path from 'node:path'

/** Runs benchmarks one after the other, each in a process of its own. Returns the status to end with. */
export function runAll(names: readonly string[], options: readonly string[]): number {
  const asJson = options.includes('--json')
  const main = path.join(import.meta.dirname, 'main.js')
  const ended = names.map((name) => {
    if (!asJson) console.log(`\n## ${name}\n`)
    const stdio = ['ignore', asJson ? 'pipe' : 'inherit', 'inherit'] as const
    const given = [...process.execArgv, main, name, ...options]
    const { status, stdout } = spawnSync(process.execPath, given, { stdio: [...stdio], encoding: 'utf8' })
    return { name, status, stdout }
  })
  if (asJson) {
    const figures = Object.fromEntries(ended.map(({ name, stdout }) => [name, JSON.parse(stdout || 'null')]))
    console.log(JSON.stringify(figures, undefined, 2))
  }
  return ended.every(({ status }) => status === 0) ? 0 : 1
}
