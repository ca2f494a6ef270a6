import { snapshotOf, type HistogramPoint, type HistogramSnapshot } from './histogram-snapshot.ts'
import { leaseTelemetry } from './lease-telemetry.ts'
import type { DurationMetric } from './sdk-histograms.ts'

/** A package's durations as a `MetricProducer` takes them. */
export function durationSnapshot(
  metric: DurationMetric,
  points: readonly HistogramPoint[],
): HistogramSnapshot {
  return snapshotOf(metric, points, leaseTelemetry().startEpochMillis)
}
