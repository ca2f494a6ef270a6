import type { HotHistogram } from '../hot-histogram.ts'
import type { LeaseSeries } from './lease-series.ts'
import * as names from './names.generated.ts'
import type { DurationMetric } from './sdk-histograms.ts'

/** One histogram metric, as a `MetricProducer` hands it on. Cumulative since `startEpochMillis`. */
export interface HistogramSnapshot {
  readonly name: string
  readonly unit: string
  readonly description: string
  /** Upper bounds, inclusive. */
  readonly boundaries: readonly number[]
  readonly startEpochMillis: number
  readonly points: readonly HistogramPoint[]
}

export interface HistogramPoint {
  readonly attributes: Readonly<Record<string, string>>
  /** One more than there are boundaries: the last is of what lies above them all. */
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
  readonly min: number
  readonly max: number
}

export function histogramSnapshots(series: LeaseSeries, startEpochMillis: number): HistogramSnapshot[] {
  const held: HistogramPoint[] = []
  const cleanup: HistogramPoint[] = []
  for (const totals of series.durations()) {
    const attributes = { [names.ATTR_KIND]: totals.kind, [names.ATTR_NAME]: totals.name }
    if (totals.held !== undefined) held.push(...durationPoints(totals.held, attributes))
    for (const { strategy, errorType, histogram } of totals.cleanups.values()) {
      const failed = errorType === undefined ? {} : { [names.ATTR_ERROR_TYPE]: errorType }
      const more = { ...attributes, [names.ATTR_CLEANUP_STRATEGY]: strategy, ...failed }
      cleanup.push(...durationPoints(histogram, more))
    }
  }
  return [
    snapshotOf(names.METRIC_LEASE_DURATION, held, startEpochMillis),
    snapshotOf(names.METRIC_CLEANUP_DURATION, cleanup, startEpochMillis),
  ]
}

export function snapshotOf(
  { name, unit, description, boundaries }: DurationMetric,
  points: readonly HistogramPoint[],
  startEpochMillis: number,
): HistogramSnapshot {
  return { name, unit, description, boundaries, startEpochMillis, points }
}

/** One point of a histogram; none of an empty one. */
export function durationPoints(
  histogram: HotHistogram,
  attributes: Readonly<Record<string, string>>,
): HistogramPoint[] {
  return histogram.count === 0 ? [] : [{ attributes, ...histogram.snapshot() }]
}
