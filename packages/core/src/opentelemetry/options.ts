import type { Meter, Tracer } from '@opentelemetry/api'

/** Where telemetry goes: to a meter, a tracer, or both. */
export interface TelemetryOptions {
  /** Makes the instruments. @default no metrics */
  readonly meter?: Meter | undefined
  /** Makes the spans. @default no spans */
  readonly tracer?: Tracer | undefined
  /** The time in milliseconds since the epoch, for the ends of spans. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** @throws TypeError saying what is missing, with an example. */
export function checkOptions(name: string, { meter, tracer, now }: TelemetryOptions): void {
  const wrong = [
    meter === undefined && tracer === undefined,
    meter !== undefined && typeof meter.createCounter !== 'function',
    tracer !== undefined && typeof tracer.startSpan !== 'function',
  ]
  if (wrong.includes(true)) {
    throw new TypeError(`${name} takes a meter, a tracer, or both, like { meter: metrics.getMeter('my-service') }`)
  }
  if (now !== undefined && typeof now !== 'function') throw new TypeError('now must be a function, like Date.now')
}
