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
    return `<path d="M${frame.left} ${at}H${width - frame.right}" stroke="#ddd"/><text x="${frame.left - 8}" y="${at}" text-anchor="end" dominant-baseline="middle">${(10 ** n).toLocaleString('en')}</text>`
  })
  const hours = [0, 6, 12, 18, 24].map(
    (hour) => `<text x="${x(hour / 24)}" y="${height - frame.bottom + 20}" text-anchor="middle">${hour} h</text>`,
  )
  const drawn = lines.map(({ name, requests }, n) => {
    const peaks = peaksOf(requests, 300)
    const points = peaks.map((peak, at) => `${x(at / (peaks.length - 1)).toFixed(1)},${y(peak).toFixed(1)}`)
    const label = `<text x="${frame.left + n * 205}" y="${height - 15}" fill="${colours[n]}">${name}</text>`
    return `<polyline fill="none" stroke="${colours[n]}" stroke-width="1.5" points="${points.join(' ')}"/>${label}`
  })
  const title = '<title>Token requests per second at the authorization server, over a day</title>'
  const font = 'font-family="sans-serif" font-size="13" fill="#333"'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ${font}>${title}<rect width="${width}" height="${height}" fill="#fff"/>${[...grid, ...hours, ...drawn].join('')}</svg>\n`
}

/** The busiest second of each stretch. */
function peaksOf(requests: Uint32Array, seconds: number): readonly number[] {
  const peaks: number[] = []
  for (let from = 0; from < requests.length; from += seconds) {
    peaks.push(requests.subarray(from, from + seconds).reduce((most, each) => Math.max(most, each), 0))
  }
  return peaks
}
