import type { Benchmark } from '../benchmark.js'
import { barChart, type Group } from '../harness/bars.js'
import { environment } from '../harness/environment.js'
import { type Goal, isKept } from '../harness/goal.js'
import { markdown } from '../harness/markdown.js'
import { goalsTable } from '../harness/report.js'
import { exactly } from '../harness/statistics.js'
import { versionOf } from '../harness/version.js'
import { type Bundle, bundles, type Size, sizeOf } from './bundles.js'

type Measured = Bundle & Size & { readonly version: string }

/** What it adds to an application, as esbuild leaves it. */
export const size: Benchmark = async () => {
  const measured: Measured[] = []
  for (const bundle of bundles) {
    measured.push({ ...bundle, ...(await sizeOf(bundle)), version: versionOf(bundle.package) })
  }
  const rows = measured.map(({ purpose, package: named, version, minified, gzipped }) => [
    purpose,
    `${named} ${version}`,
    minified.toLocaleString('en'),
    gzipped.toLocaleString('en'),
  ])
  const groupOf = (purpose: Bundle['purpose']): Group => ({
    name: purpose,
    bars: measured
      .filter((each) => each.purpose === purpose)
      .map((each) => ({ name: each.package, figure: exactly(each.gzipped) })),
  })
  const goals = goalsOf(measured)
  const judged = goals.map((goal) => ({ ...goal, kept: isKept(goal) }))
  return {
    figures: { environment: environment(), bundles: measured, goals: judged },
    text: [markdown(['bundle', 'of', 'bytes minified', 'and gzipped'], rows), goalsTable(goals)].join('\n\n'),
    chart: barChart('Gzipped bytes', (['verify', 'client', 'everything'] as const).map(groupOf)),
    kept: judged.every(({ kept }) => kept),
  }
}

function goalsOf(measured: readonly Measured[]): readonly Goal[] {
  const gzipped = (purpose: Bundle['purpose'], named: string): number =>
    measured.find((each) => each.purpose === purpose && each.package === named)?.gzipped ?? Number.NaN
  return [
    {
      name: 'verify: gzipped bytes; jose and 6,000',
      figure: exactly(gzipped('verify', '@auth/core')),
      atMost: gzipped('verify', 'jose') + 6000,
    },
    { name: 'client: gzipped bytes', figure: exactly(gzipped('client', '@auth/core')), atMost: 12_000 },
  ]
}
