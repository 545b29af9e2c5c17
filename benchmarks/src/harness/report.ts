import type { Report } from '../benchmark.js'
import { barChart } from './bars.js'
import { describe, environment } from './environment.js'
import type { Case, Figure } from './figures.js'
import { type Goal, isKept, type Verdict, verdictOf } from './goal.js'
import { markdown } from './markdown.js'
import { interval, short } from './numbers.js'

/** Tables of the cases and of what was promised. */
export function reportOf(title: string, cases: readonly Case[], goals: readonly Goal[]): Report {
  const where = environment()
  const text = [describe(where), ...cases.map(tableOf), ...(goals.length === 0 ? [] : [goalsTable(goals)])].join('\n\n')
  const judged = goals.map((goal) => ({ ...goal, kept: isKept(goal) }))
  const kept = judged.every((goal) => goal.kept)
  return { figures: { environment: where, cases, goals: judged }, text, kept, chart: chartOf(title, cases) }
}

/** Rates as shares of the limit's. */
function chartOf(title: string, cases: readonly Case[]): string {
  const groups = cases.map(({ name, figures }) => ({
    name,
    bars: figures.flatMap(({ name: bar, share }) => (share === undefined ? [] : [{ name: bar, figure: share }])),
  }))
  return barChart(`${title}: rates, the limit's being 1`, groups)
}

function tableOf({ name, figures }: Case): string {
  const row = (figure: Figure): readonly string[] => [
    [figure.name, figure.version].filter((part) => part !== undefined).join(' '),
    short(figure.wall),
    short(figure.cpu),
    interval(figure.share),
    interval(figure.cpuShare),
    interval(figure.ours),
    interval(figure.cpuOurs),
  ]
  return markdown(
    [name, 'µs', 'µs of CPU', 'share of the limit', 'by CPU', 'this toolkit is times as fast', 'by CPU'],
    figures.map(row),
  )
}

const shown: Readonly<Record<Verdict, string>> = {
  kept: 'kept',
  'within the noise': 'within the noise',
  missed: '**missed**',
}

/** What is promised, and what is. */
export function goalsTable(goals: readonly Goal[]): string {
  const row = (goal: Goal): readonly string[] => {
    const { name, figure, atLeast, atMost } = goal
    const bounds = [atLeast !== undefined && `≥ ${short(atLeast)}`, atMost !== undefined && `≤ ${short(atMost)}`]
    return [name, bounds.filter((bound) => bound !== false).join(', '), interval(figure), shown[verdictOf(goal)]]
  }
  return markdown(['promise', '', 'measured', ''], goals.map(row))
}
