import { inWords } from './answer.js'
import type { ProfileResult, Results } from './results.js'

const head = ['profile', 'entry point', 'case', 'expected', 'seen', 'ms', '']

/** Writes the results as an aligned table, a line for each profile, and the sum as the last line. */
export function renderTable({ profiles, passed, failed, milliseconds }: Results): string {
  const rows = profiles.flatMap(rowsOf)
  return [
    ...align([head, ...rows]),
    '',
    ...profiles.map(profileLine),
    '',
    `Everything took ${seconds(milliseconds)}`,
    `${passed} passed, ${failed} failed`,
  ].join('\n')
}

function rowsOf({ profile, cases }: ProfileResult): string[][] {
  return cases.map((each) => [
    profile,
    each.entryPoint,
    each.case,
    inWords(each.expected),
    inWords(each.seen),
    each.milliseconds.toFixed(0),
    each.passed ? 'ok' : 'FAILED',
  ])
}

function profileLine({ profile, token, checks, milliseconds }: ProfileResult): string {
  const scope = token.scope === undefined ? 'no scope named' : `scope ${token.scope}`
  const checked = checks.map(({ name, expected, seen, passed }) =>
    passed ? `${name}: ${seen}` : `${name}: ${seen}, expected ${expected} FAILED`,
  )
  return [
    `${profile}: ${token.type} token [redacted], ${token.lifetime} s, ${scope}`,
    ...checked,
    seconds(milliseconds),
  ].join('; ')
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        head[column] === 'ms' ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
