/** An amount in minor units, as it is written in its currency. */
export function Amount({ minor, currency }: { readonly minor: number; readonly currency: string }) {
  return <>{new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(minor / 100)}</>
}

/** A day, from `2026-11-20`. */
export function Day({ date }: { readonly date: string }) {
  const words = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(date))
  return <time datetime={date}>{words}</time>
}

/** A moment, in seconds since the epoch. The server does not know the reader's time zone. */
export function Moment({ at }: { readonly at: number }) {
  const date = new Date(at * 1000)
  const words = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })
  return <time datetime={date.toISOString()}>{words.format(date)} UTC</time>
}

/** A span of time in words, in the largest unit of which there are two at least: `59 minutes`. */
export function span(seconds: number): string {
  const { unit, size } = units.find((each) => seconds >= 2 * each.size) ?? { unit: 'second', size: 1 }
  const format = new Intl.NumberFormat('en-GB', { style: 'unit', unit, unitDisplay: 'long' })
  return format.format(Math.max(0, Math.floor(seconds / size)))
}

const units = [
  { unit: 'day', size: 86_400 },
  { unit: 'hour', size: 3600 },
  { unit: 'minute', size: 60 },
]
