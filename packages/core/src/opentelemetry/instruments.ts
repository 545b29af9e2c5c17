import type { Histogram, Meter } from '@opentelemetry/api'

/** Upper bounds in seconds: of requests as the conventions have them for HTTP, and on to the longest wait there is. */
const durations = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60]

/** A histogram of how long something took, in seconds. */
export function durationHistogram(meter: Meter, name: string, description: string): Histogram {
  return meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: durations } })
}
