import {
  leaseTelemetry,
  type HistogramPoint,
  type HistogramSnapshot,
  type HotHistogram,
} from '@leasehold/core'
import * as names from './names.generated.ts'
import { allSeries, databaseSeries, type PoolSeries } from './pool-series.ts'

/** The pools' durations as a `MetricProducer` takes them. How long resources were lent, core has counted already. */
export function poolHistograms(leases: readonly HistogramSnapshot[]): HistogramSnapshot[] {
  const waits: HistogramPoint[] = []
  const creates: HistogramPoint[] = []
  for (const series of allSeries()) {
    if (series.waits.count > 0) waits.push(point(series.waits, own('pool.loan', series)))
    if (series.creates.count > 0) creates.push(point(series.creates, own('pool.resource', series)))
  }
  return [
    snapshot(names.METRIC_POOL_WAIT_DURATION, waits),
    snapshot(names.METRIC_POOL_USE_DURATION, usesAmong(leases)),
    snapshot(names.METRIC_POOL_CREATE_DURATION, creates),
  ]
}

/** The same durations of databases' pools, under the names that OpenTelemetry has for those. */
export function databaseHistograms(leases: readonly HistogramSnapshot[]): HistogramSnapshot[] {
  const waits: HistogramPoint[] = []
  const uses: HistogramPoint[] = []
  const creates: HistogramPoint[] = []
  const lent = new Map(usesAmong(leases).map(use => [use.attributes[names.ATTR_NAME], use]))
  for (const series of databaseSeries()) {
    const attributes = { [names.ATTR_DB_CLIENT_CONNECTION_POOL_NAME]: series.name }
    const use = lent.get(series.name)
    if (series.waits.count > 0) waits.push(point(series.waits, attributes))
    if (use !== undefined) uses.push({ ...use, attributes })
    if (series.creates.count > 0) creates.push(point(series.creates, attributes))
  }
  return [
    snapshot(names.METRIC_DB_CLIENT_CONNECTION_WAIT_TIME, waits),
    snapshot(names.METRIC_DB_CLIENT_CONNECTION_USE_TIME, uses),
    snapshot(names.METRIC_DB_CLIENT_CONNECTION_CREATE_TIME, creates),
  ]
}

function usesAmong(leases: readonly HistogramSnapshot[]): HistogramPoint[] {
  return leases
    .filter(({ name }) => name === 'leasehold.lease.duration')
    .flatMap(({ points }) => points)
    .filter(({ attributes }) => attributes[names.ATTR_KIND] === 'pool.loan')
}

function own(kind: string, { name }: PoolSeries): Record<string, string> {
  return { [names.ATTR_KIND]: kind, [names.ATTR_NAME]: name }
}

function snapshot(
  { name, unit, description, boundaries }: names.HistogramDefinition,
  points: readonly HistogramPoint[],
): HistogramSnapshot {
  const { startEpochMillis } = leaseTelemetry()
  return { name, unit, description, boundaries, startEpochMillis, points }
}

function point(histogram: HotHistogram, attributes: Record<string, string>): HistogramPoint {
  return { attributes, ...histogram.snapshot() }
}
