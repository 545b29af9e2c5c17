import type { Estimate } from './statistics.js'

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
