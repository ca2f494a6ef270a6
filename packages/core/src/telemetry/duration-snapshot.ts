import type { HotHistogram } from '../hot-histogram.ts'
import type { HistogramPoint, HistogramSnapshot } from './histogram-snapshot.ts'
import { leaseTelemetry } from './lease-telemetry.ts'
import type { DurationMetric } from './sdk-histograms.ts'

/** A package's durations as a `MetricProducer` takes them. */
export function durationSnapshot(
  { name, unit, description, boundaries }: DurationMetric,
  points: readonly HistogramPoint[],
): HistogramSnapshot {
  const { startEpochMillis } = leaseTelemetry()
  return { name, unit, description, boundaries, startEpochMillis, points }
}

/** One point of a histogram; none of an empty one. */
export function durationPoints(
  histogram: HotHistogram,
  attributes: Readonly<Record<string, string>>,
): HistogramPoint[] {
  return histogram.count === 0 ? [] : [{ attributes, ...histogram.snapshot() }]
}
