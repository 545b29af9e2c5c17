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

function profileLine({ profile, failure, token, checks, milliseconds }: ProfileResult): string {
  const checked = checks.map(({ name, expected, seen, passed }) =>
    passed ? `${name}: ${seen}` : `${name}: ${seen}, expected ${expected} FAILED`,
  )
  const got = token === undefined ? [] : [describeToken(token)]
  const broken = failure === undefined ? [] : [`FAILED: ${failure}`]
  return `${profile}: ${[...got, ...checked, ...broken, seconds(milliseconds)].join('; ')}`
}

function describeToken({ type, lifetime, scope }: NonNullable<ProfileResult['token']>): string {
  return `${type} token [redacted], ${lifetime} s, ${scope === undefined ? 'no scope named' : `scope ${scope}`}`
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
