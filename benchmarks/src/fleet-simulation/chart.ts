import { label, line, svg } from '../harness/svg.js'

/** Requests of each second, by what they are a line of. */
export interface Line {
  readonly name: string
  readonly requests: Uint32Array
}

const width = 900
const height = 420
const frame = { left: 70, right: 20, top: 20, bottom: 70 }
const colours = ['#c0392b', '#e67e22', '#2980b9', '#27ae60']
/** Of the scale: each step is ten times as many. */
const decades = 6

/** Draws the busiest second of every five minutes, on a logarithmic scale, as SVG. */
export function chart(lines: readonly Line[]): string {
  const inner = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom }
  const x = (share: number): number => frame.left + share * inner.width
  const y = (requests: number): number =>
    frame.top + inner.height * (1 - Math.min(1, Math.log10(Math.max(1, requests)) / decades))
  const grid = Array.from({ length: decades + 1 }, (_, n) => {
    const at = y(10 ** n).toFixed(1)
    const mark = label(
      (10 ** n).toLocaleString('en'),
      { x: frame.left - 8, y: Number(at) },
      ' text-anchor="end" dominant-baseline="middle"',
    )
    return line(`M${frame.left} ${at}H${width - frame.right}`, '#ddd') + mark
  })
  const hours = [0, 6, 12, 18, 24].map((hour) =>
    label(`${hour} h`, { x: x(hour / 24), y: height - frame.bottom + 20 }, ' text-anchor="middle"'),
  )
  const drawn = lines.map(({ name, requests }, n) => {
    const peaks = peaksOf(requests, 300)
    const points = peaks.map((peak, at) => `${x(at / (peaks.length - 1)).toFixed(1)},${y(peak).toFixed(1)}`)
    const legend = label(name, { x: frame.left + n * 205, y: height - 15 }, ` fill="${colours[n]}"`)
    return `<polyline fill="none" stroke="${colours[n]}" stroke-width="1.5" points="${points.join(' ')}"/>${legend}`
  })
  const title = 'Token requests per second at the authorization server, over a day'
  return svg(title, { width, height }, [...grid, ...hours, ...drawn].join(''))
}

/** The busiest second of each stretch. */
function peaksOf(requests: Uint32Array, seconds: number): readonly number[] {
  const peaks: number[] = []
  for (let from = 0; from < requests.length; from += seconds) {
    peaks.push(requests.subarray(from, from + seconds).reduce((most, each) => Math.max(most, each), 0))
  }
  return peaks
}
