import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { benchmarks, type Listed } from './list.js'
import { runAll } from './run-all.js'

const given = process.argv.slice(2)
const asJson = given.includes('--json')
const draws = given.includes('--chart')
const [name, ...rest] = given.filter((each) => each !== '--json' && each !== '--chart')
const charts = path.join(import.meta.dirname, '../charts')
const names = Object.keys(benchmarks)

if (name === undefined) process.exitCode = runAll(names, given)
else if (rest.length === 0 && Object.hasOwn(benchmarks, name)) await runOne(name, benchmarks[name])
else explain(name === '--help' ? 0 : 2)

async function runOne(called: string, listed: Listed | undefined): Promise<void> {
  const benchmark = await listed?.load()
  if (benchmark === undefined) return
  const { figures, text, kept, chart } = await benchmark()
  console.log(asJson ? JSON.stringify(figures, undefined, 2) : text)
  if (draws && chart !== undefined) await writeFile(path.join(charts, `${called}.svg`), chart)
  // Peers leave requests and timers behind that would keep the process alive.
  process.exit(kept ? 0 : 1)
}

function explain(status: number): void {
  const width = Math.max(...names.map((each) => each.length))
  const lines = Object.entries(benchmarks).map(([each, { shows }]) => `  ${each.padEnd(width)}  ${shows}`)
  console.error(['pnpm bench [NAME] [--json] [--chart]: all of them, or one', ...lines].join('\n'))
  process.exitCode = status
}
