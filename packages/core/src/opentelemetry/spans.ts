import type { Attributes, HrTime, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { TelemetryOptions } from './options.js'

// The values of enums whose types alone are imported: whoever uses this module brings the API, or a part of it.
const client: SpanKind.CLIENT = 2
const failed: SpanStatusCode.ERROR = 2

/** Something that is over. */
export interface Operation {
  readonly name: string
  /** Seconds. */
  readonly duration: number
  readonly attributes: Attributes
}

/** Makes a span of what ended just now. Its parent is whatever is active, as if it had been started in time. */
export function spanMaker({ tracer, now = Date.now }: TelemetryOptions): (operation: Operation) => void {
  return ({ name, duration, attributes }) => {
    const end = now()
    const startTime = hrTime(end - duration * 1000)
    const span = tracer?.startSpan(name, { kind: client, startTime, attributes })
    if (attributes['error.type'] !== undefined) span?.setStatus({ code: failed })
    span?.end(hrTime(end))
  }
}

/** A plain number would be read as time since the process began where it is small enough. */
function hrTime(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1000)
  return [seconds, Math.floor((milliseconds - seconds * 1000) * 1e6)]
}
