import { oursName } from './contender.js'
import { short } from './numbers.js'
import type { Estimate } from './statistics.js'
import { label, line, svg } from './svg.js'

/** Bars that are compared with each other. */
export interface Group {
  readonly name: string
  readonly bars: readonly { readonly name: string; readonly figure: Estimate }[]
}

const left = 270
const inner = 540
const rowHeight = 20
const groupGap = 34

/** Lying bars, with the interval of each as a whisker; ours stand out. */
export function barChart(title: string, groups: readonly Group[]): string {
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ figure }) => figure.high)))
  const x = (value: number): number => left + (value / longest) * inner
  let y = 10
  const parts = groups.map(({ name, bars }) => {
    y += groupGap
    const heading = label(name, { x: 10, y: y - 8 }, ' font-weight="bold"')
    const rows = bars.map((bar) => {
      const row = barAt(bar, y, x)
      y += rowHeight
      return row
    })
    return heading + rows.join('')
  })
  return svg(title, { width: left + inner + 90, height: y + 10 }, parts.join(''))
}

function barAt({ name, figure }: Group['bars'][number], y: number, x: (value: number) => number): string {
  const { median, low, high } = figure
  const colour = name.includes(oursName) || name.startsWith('@auth/') ? '#27ae60' : '#95a5a6'
  const middle = y + rowHeight / 2 - 2
  const width = (x(median) - left).toFixed(1)
  return [
    label(name, { x: left - 8, y: middle + 4 }, ' text-anchor="end"'),
    `<rect x="${left}" y="${y}" width="${width}" height="${rowHeight - 4}" fill="${colour}"/>`,
    line(`M${x(low).toFixed(1)} ${middle}H${x(high).toFixed(1)}`, '#333', 1.5),
    label(short(median), { x: x(high) + 6, y: middle + 4 }),
  ].join('')
}
