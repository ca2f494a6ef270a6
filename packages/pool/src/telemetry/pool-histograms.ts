import {
  leaseTelemetry,
  type HistogramPoint,
  type HistogramSnapshot,
  type HotHistogram,
} from '@leasehold/core'
import * as names from './names.generated.ts'
import { allSeries } from './pool-series.ts'

/** The pools' durations as a `MetricProducer` takes them. How long resources were lent, core has counted already. */
export function poolHistograms(leases: readonly HistogramSnapshot[]): HistogramSnapshot[] {
  const waits: HistogramPoint[] = []
  const creates: HistogramPoint[] = []
  for (const series of allSeries()) {
    if (series.waits.count > 0) waits.push(point(series.waits, 'pool.loan', series.name))
    if (series.creates.count > 0) creates.push(point(series.creates, 'pool.resource', series.name))
  }
  const uses = leases
    .filter(({ name }) => name === 'leasehold.lease.duration')
    .flatMap(({ points }) => points)
    .filter(({ attributes }) => attributes[names.ATTR_KIND] === 'pool.loan')
  return [
    snapshot(names.METRIC_POOL_WAIT_DURATION, waits),
    snapshot(names.METRIC_POOL_USE_DURATION, uses),
    snapshot(names.METRIC_POOL_CREATE_DURATION, creates),
  ]
}

function snapshot(
  { name, unit, description, boundaries }: names.HistogramDefinition,
  points: readonly HistogramPoint[],
): HistogramSnapshot {
  const { startEpochMillis } = leaseTelemetry()
  return { name, unit, description, boundaries, startEpochMillis, points }
}

function point(histogram: HotHistogram, kind: string, name: string): HistogramPoint {
  return { attributes: { [names.ATTR_KIND]: kind, [names.ATTR_NAME]: name }, ...histogram.snapshot() }
}
