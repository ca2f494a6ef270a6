import {
  durationPoints,
  durationSnapshot,
  type HistogramPoint,
  type HistogramSnapshot,
} from '@leasehold/core'
import * as names from './names.generated.ts'
import { databaseSeries, poolSeries, type PoolSeries } from './pool-series.ts'

/** The pools' durations as a `MetricProducer` takes them. How long resources were lent, core has counted already. */
export function poolHistograms(leases: readonly HistogramSnapshot[]): HistogramSnapshot[] {
  const waits: HistogramPoint[] = []
  const creates: HistogramPoint[] = []
  for (const series of poolSeries) {
    waits.push(...durationPoints(series.waits, own('pool.loan', series)))
    creates.push(...durationPoints(series.creates, own('pool.resource', series)))
  }
  return [
    durationSnapshot(names.METRIC_POOL_WAIT_DURATION, waits),
    durationSnapshot(names.METRIC_POOL_USE_DURATION, usesAmong(leases)),
    durationSnapshot(names.METRIC_POOL_CREATE_DURATION, creates),
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
    waits.push(...durationPoints(series.waits, attributes))
    if (use !== undefined) uses.push({ ...use, attributes })
    creates.push(...durationPoints(series.creates, attributes))
  }
  return [
    durationSnapshot(names.METRIC_DB_CLIENT_CONNECTION_WAIT_TIME, waits),
    durationSnapshot(names.METRIC_DB_CLIENT_CONNECTION_USE_TIME, uses),
    durationSnapshot(names.METRIC_DB_CLIENT_CONNECTION_CREATE_TIME, creates),
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
