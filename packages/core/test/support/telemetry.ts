import type { Attributes, HrTime, Meter, Tracer } from '@opentelemetry/api'
import { DataPointType, MeterProvider, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

/** What one metric says of one set of attributes: a counter's value, a histogram's number of values and their sum. */
export interface Point {
  readonly attributes: Attributes
  readonly value: number | { readonly count: number; readonly sum: number | undefined }
}

/** OpenTelemetry's own collectors, read at once. */
export interface Telemetry {
  readonly meter: Meter
  readonly tracer: Tracer
  /** Every metric that was recorded, by its name and unit. */
  readonly metrics: () => Promise<Readonly<Record<string, readonly Point[]>>>
  readonly spans: () => readonly ReadableSpan[]
}

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

export function startTelemetry(): Telemetry {
  const reader = new Reader()
  const exporter = new InMemorySpanExporter()
  const meters = new MeterProvider({ readers: [reader] })
  const tracers = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  return {
    meter: meters.getMeter('test'),
    tracer: tracers.getTracer('test'),
    metrics: async () => {
      const { resourceMetrics } = await reader.collect()
      const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
      return Object.fromEntries(all.map((each) => [`${each.descriptor.name} ${each.descriptor.unit}`, pointsOf(each)]))
    },
    spans: () => exporter.getFinishedSpans(),
  }
}

function pointsOf({ dataPointType, dataPoints }: MetricData): readonly Point[] {
  if (dataPointType === DataPointType.HISTOGRAM) {
    return dataPoints.map(({ attributes, value: { count, sum } }) => ({ attributes, value: { count, sum } }))
  }
  if (dataPointType === DataPointType.SUM) return dataPoints.map(({ attributes, value }) => ({ attributes, value }))
  throw new Error('no instrument of the toolkit makes such points')
}

/** Seconds, with fractions. */
export function secondsOf([seconds, nanoseconds]: HrTime): number {
  return seconds + nanoseconds / 1e9
}
