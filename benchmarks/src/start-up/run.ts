import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Benchmark } from '../benchmark.js'
import { describe, environment } from '../harness/environment.js'
import { markdown } from '../harness/markdown.js'
import { interval, short } from '../harness/numbers.js'
import { shuffled } from '../harness/shuffle.js'
import { median, ratio } from '../harness/statistics.js'
import { versionOf } from '../harness/version.js'

const rounds = 30
const packages = [
  '@auth/core',
  'jose',
  'oauth4webapi',
  'aws-jwt-verify',
  'openid-client',
  'fast-jwt',
  'jsonwebtoken',
] as const

/** How long importing takes, in a process that has just begun; each round in another order. */
export const startUp: Benchmark = async () => {
  const samples = packages.map((name) => ({ name, wall: [] as number[], cpu: [] as number[] }))
  // The first round brings the files into memory.
  for (let round = -1; round < rounds; round++) {
    for (const { name, wall, cpu } of shuffled(samples)) {
      const taken = await importTime(name)
      if (round < 0) continue
      wall.push(taken.wall)
      cpu.push(taken.cpu)
    }
  }
  const [ours] = samples
  const lines = samples.map(({ name, wall, cpu }) => ({
    package: name,
    version: versionOf(name),
    wall: median(wall),
    cpu: median(cpu),
    toolkit: ours && ratio(cpu, ours.cpu),
  }))
  const where = environment()
  const rows = lines.map((line) => [
    `${line.package} ${line.version}`,
    short(line.wall),
    short(line.cpu),
    interval(line.toolkit),
  ])
  const table = markdown(['import of', 'ms', 'ms of CPU', 'times this toolkit’s CPU'], rows)
  return { figures: { environment: where, lines }, text: `${describe(where)}\n\n${table}`, kept: true }
}

const script = `
  const before = performance.now()
  const cpu = process.cpuUsage()
  await import(process.argv[1])
  const wall = performance.now() - before
  const { user, system } = process.cpuUsage(cpu)
  console.log(JSON.stringify({ wall, cpu: (user + system) / 1000 }))
`

/** In milliseconds. */
async function importTime(name: string): Promise<{ readonly wall: number; readonly cpu: number }> {
  const given = ['--input-type=module', '--eval', script, '--', import.meta.resolve(name)]
  const { stdout } = await promisify(execFile)(process.execPath, given)
  return JSON.parse(stdout)
}
