import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Benchmark } from '../benchmark.js'
import { chart } from './chart.js'
import { drawnMargins } from './drawn.js'
import { type Plan, simulate } from './simulate.js'

/** Ten thousand processes, a token of an hour for each of a thousand tenants, used every half minute, for a day. */
const fleet = { processes: 10_000, tenants: 1000, lifetime: 3600, pause: 30, length: 86_400 } as const

/** What an authorization server sees of a fleet, with and without jitter and sharing; draws it into the documentation. */
export const fleetSimulation: Benchmark = async () => {
  const drawn = await drawnMargins(fleet.lifetime, 500)
  const latest = Math.max(...drawn)
  const plans: readonly Plan[] = [
    { ...fleet, name: 'neither', margins: [latest], shared: false },
    { ...fleet, name: 'jitter only', margins: drawn, shared: false },
    { ...fleet, name: 'sharing only', margins: [latest], shared: true },
    { ...fleet, name: 'jitter and sharing', margins: drawn, shared: true },
  ]
  const lines = plans.map((plan) => ({ name: plan.name, requests: simulate(plan) }))
  await writeFile(path.join(import.meta.dirname, '../../../docs/fleet-simulation.svg'), chart(lines))
  const rows = lines.map(({ name, requests }) => ({ name, ...figuresOf(requests) }))
  const [neither, , , both] = rows
  const kept = neither !== undefined && both !== undefined && both.total * 1000 < neither.total
  return { figures: rows, text: table(rows), kept }
}

interface Figures {
  readonly total: number
  readonly mean: number
  /** Of the busiest second. */
  readonly first: number
  /** Of the busiest second after the first hour, when all were deployed at once. */
  readonly later: number
}

function figuresOf(requests: Uint32Array): Figures {
  const most = (part: Uint32Array): number => part.reduce((highest, each) => Math.max(highest, each), 0)
  const total = requests.reduce((sum, each) => sum + each, 0)
  return { total, mean: total / requests.length, first: most(requests), later: most(requests.subarray(fleet.lifetime)) }
}

function table(rows: readonly ({ readonly name: string } & Figures)[]): string {
  const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 })
  return [
    '|  | requests in a day | a second, on average | in the busiest second | in the busiest second after the first hour |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ name, total, mean, first, later }) =>
        `| ${name} | ${number(total)} | ${number(mean)} | ${number(first)} | ${number(later)} |`,
    ),
  ].join('\n')
}
