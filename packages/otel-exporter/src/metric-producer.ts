import { createRequire } from 'node:module'
import { ValueType } from '@opentelemetry/api'
import { millisToHrTime } from '@opentelemetry/core'
import { emptyResource } from '@opentelemetry/resources'
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics'
import type {
  CollectionResult,
  DataPoint,
  Histogram,
  MetricData,
  MetricProducer,
} from '@opentelemetry/sdk-metrics'
import { leaseTelemetry } from '@leasehold/core'
import type { HistogramPoint, HistogramSnapshot } from '@leasehold/core'
import { HistogramDeltas } from './histogram-deltas.ts'

/** Where histograms come from: core's telemetry, or a test's. */
export interface HistogramSource {
  histograms(): HistogramSnapshot[]
}

export interface MetricProducerOptions {
  /**
   * As the reader's exporter wants histograms. A producer with `'delta'` remembers what it gave out last: use one for
   * each reader. Default `'cumulative'`.
   */
  temporality?: 'cumulative' | 'delta' | undefined
}

const { version } = createRequire(import.meta.url)('@leasehold/core/package.json') as { version: string }
const SCOPE = { name: '@leasehold/core', version }

/** Core's hot histograms as an SDK's `MetricReader` takes them. */
export class HistogramProducer implements MetricProducer {
  readonly #source: HistogramSource
  readonly #deltas: HistogramDeltas | undefined
  readonly #now: () => number

  constructor(source: HistogramSource, { temporality }: MetricProducerOptions, now: () => number = Date.now) {
    this.#source = source
    this.#deltas = temporality === 'delta' ? new HistogramDeltas() : undefined
    this.#now = now
  }

  async collect(): Promise<CollectionResult> {
    const now = this.#now()
    const deltas = this.#deltas
    const all = this.#source.histograms()
    const metrics = (deltas === undefined ? all : all.map(h => deltas.since(h, now)))
      .filter(histogram => histogram.points.length > 0)
      .map(histogram => metricData(histogram, now, deltas !== undefined))
    return {
      resourceMetrics: {
        resource: emptyResource(),
        scopeMetrics: metrics.length === 0 ? [] : [{ scope: SCOPE, metrics }],
      },
      errors: [],
    }
  }
}

/**
 * For an SDK of the program's own: give it to each of its metric readers as `metricProducers`, and call
 * `leaseTelemetry().attachProducer()` of `@leasehold/core` once, so that the durations are not recorded twice.
 * `startTelemetry` does both by itself.
 */
export function leaseholdMetricProducer(options: MetricProducerOptions = {}): MetricProducer {
  return new HistogramProducer(leaseTelemetry(), options)
}

function metricData(histogram: HistogramSnapshot, now: number, isDelta: boolean): MetricData {
  const { name, unit, description, boundaries, startEpochMillis, points } = histogram
  const times = { startTime: millisToHrTime(startEpochMillis), endTime: millisToHrTime(now) }
  return {
    descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
    aggregationTemporality: isDelta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: points.map(point => ({
      ...times,
      attributes: point.attributes,
      value: value(point, boundaries, isDelta),
    })),
  }
}

function value(
  { counts, sum, count, min, max }: HistogramPoint,
  boundaries: readonly number[],
  isDelta: boolean,
): DataPoint<Histogram>['value'] {
  const buckets = { boundaries: [...boundaries], counts: [...counts] }
  // Of an interval they are not known: only those since the start are.
  const extremes = isDelta || count === 0 ? {} : { min, max }
  return { buckets, sum, count, ...extremes }
}
