import type { Report } from '../benchmark.js'
import { describe, environment } from './environment.js'
import type { Case, Figure } from './figures.js'
import { type Goal, isKept } from './goal.js'
import { markdown } from './markdown.js'
import type { Estimate } from './statistics.js'

/** Tables of the cases and of what was promised. */
export function reportOf(cases: readonly Case[], goals: readonly Goal[]): Report {
  const where = environment()
  const text = [describe(where), ...cases.map(tableOf), ...(goals.length === 0 ? [] : [goalsTable(goals)])].join('\n\n')
  const judged = goals.map((goal) => ({ ...goal, kept: isKept(goal) }))
  return { figures: { environment: where, cases, goals: judged }, text, kept: judged.every(({ kept }) => kept) }
}

function tableOf({ name, figures }: Case): string {
  const row = (figure: Figure): readonly string[] => [
    [figure.name, figure.version].filter((part) => part !== undefined).join(' '),
    short(figure.wall),
    short(figure.cpu),
    interval(figure.share),
    interval(figure.cpuShare),
    interval(figure.ours),
  ]
  return markdown(
    [name, 'µs', 'µs of CPU', 'share of the limit', 'by CPU', 'this toolkit is times as fast'],
    figures.map(row),
  )
}

/** What is promised, and what is. */
export function goalsTable(goals: readonly Goal[]): string {
  const row = (goal: Goal): readonly string[] => {
    const { name, figure, atLeast, atMost } = goal
    const bounds = [atLeast !== undefined && `≥ ${short(atLeast)}`, atMost !== undefined && `≤ ${short(atMost)}`]
    return [
      name,
      bounds.filter((bound) => bound !== false).join(', '),
      interval(figure),
      isKept(goal) ? 'kept' : '**missed**',
    ]
  }
  return markdown(['promise', '', 'measured', ''], goals.map(row))
}

/** A figure and where it lies, if it varies at all. */
export function interval(figure: Estimate | undefined): string {
  if (figure === undefined) return '–'
  const { median, low, high } = figure
  return low === high ? short(median) : `${short(median)} (${short(low)}–${short(high)})`
}

/** Three significant digits. */
export function short(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
