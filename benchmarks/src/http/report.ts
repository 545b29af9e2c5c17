import type { Report } from '../benchmark.js'
import { barChart } from '../harness/bars.js'
import { describe, environment } from '../harness/environment.js'
import { type Goal, isKept } from '../harness/goal.js'
import type { Samples } from '../harness/interleave.js'
import { markdown } from '../harness/markdown.js'
import { interval, short } from '../harness/numbers.js'
import { goalsTable } from '../harness/report.js'
import { type Estimate, median, ratio } from '../harness/statistics.js'
import { versionOf } from '../harness/version.js'
import type { ListedApp } from './app.js'
import { apps, titleOf, withPassThrough } from './apps/index.js'
import { apart } from './process.js'

/** All apps with warm, or with cold tokens. */
export interface Measured {
  readonly name: 'warm' | 'cold'
  readonly samples: readonly Samples[]
}

interface Line {
  readonly app: string
  readonly version: string
  /** Microseconds of the server's CPU per request. */
  readonly cpu: number
  /** For information. */
  readonly perSecond: number
  /** The pass-through's CPU time, in this app's. */
  readonly share: Estimate | undefined
  /** This app's CPU time, in this toolkit's. */
  readonly ours: Estimate | undefined
}

export function httpReport(measured: readonly Measured[]): Report {
  const where = environment()
  const tables = measured.map(({ name, samples }) => ({
    name,
    lines: samples.flatMap((each) => lineOf(each, samples)),
  }))
  const goals = measured.flatMap(goalsOf)
  const room = apart ? 'servers on one core, the load on the other' : 'servers and the load on the same cores'
  const text = [`${describe(where)}, ${room}`, ...tables.map(tableOf), goalsTable(goals)].join('\n\n')
  const judged = goals.map((goal) => ({ ...goal, kept: isKept(goal) }))
  const kept = judged.every((goal) => goal.kept)
  return { figures: { environment: where, apart, tables, goals: judged }, text, kept, chart: chartOf(tables) }
}

interface Table {
  readonly name: string
  readonly lines: readonly Line[]
}

/** What is left of the pass-through's speed. */
function chartOf(tables: readonly Table[]): string {
  const groups = tables
    .filter(({ name }) => name === 'warm')
    .map(({ name, lines }) => ({
      name: `${name} tokens`,
      bars: lines.flatMap(({ app, share }) => (share === undefined ? [] : [{ name: app, figure: share }])),
    }))
  return barChart("CPU time of a request: the pass-through's, in each app's", groups)
}

function lineOf({ contender, wall, cpu }: Samples, samples: readonly Samples[]): readonly Line[] {
  const app = apps.find((each) => titleOf(each) === contender.name)
  if (app === undefined) return []
  const passing = samplesOf(samples, app.framework, withPassThrough)
  const ours = samplesOf(samples, app.framework, 'this toolkit')
  return [
    {
      app: contender.name,
      version: versionOf(app.package),
      cpu: median(cpu),
      perSecond: 1e6 / median(wall),
      share: passing && ratio(passing.cpu, cpu),
      ours: ours && ratio(cpu, ours.cpu),
    },
  ]
}

function samplesOf(samples: readonly Samples[], framework: ListedApp['framework'], name: string): Samples | undefined {
  return samples.find(({ contender }) => contender.name === `${framework} with ${name}`)
}

function tableOf({ name, lines }: Table): string {
  const rows = lines.map(({ app, version, cpu, perSecond, share, ours }) => [
    `${app} ${version}`,
    short(cpu),
    short(perSecond),
    interval(share),
    interval(ours),
  ])
  const head = [
    `${name} tokens`,
    'µs of CPU a request',
    'requests a second',
    'of the pass-through',
    'times this toolkit’s CPU',
  ]
  return markdown(head, rows)
}

/** What this toolkit's adapters keep of the pass-through, and how far the peers are behind. */
function goalsOf({ name, samples }: Measured): readonly Goal[] {
  if (name === 'cold') return []
  const against = (framework: ListedApp['framework'], peer: string, atLeast: number): readonly Goal[] => {
    const ours = samplesOf(samples, framework, 'this toolkit')
    const theirs = samplesOf(samples, framework, peer)
    if (ours === undefined || theirs === undefined) return []
    return [{ name: `${framework}: CPU of ${peer} in this toolkit's`, figure: ratio(theirs.cpu, ours.cpu), atLeast }]
  }
  return [
    ...against('Hono', withPassThrough, 0.9),
    ...against('NestJS', withPassThrough, 0.9),
    ...against('tRPC', withPassThrough, 0.9),
    ...against('Hono', 'hono/jwk, static keys', 5),
    ...against('Hono', 'hand-written jose', 3),
    ...against('Express', 'express-oauth2-jwt-bearer', 2.5),
    ...against('NestJS', 'passport-jwt, jwks-rsa', 2),
  ]
}
