import { leaseTelemetry, type HistogramSnapshot } from '@leasehold/core'
import { allSeries } from './cache-series.ts'
import * as names from './names.generated.ts'

/** The caches' durations as a `MetricProducer` takes them. */
export function cacheHistograms(): HistogramSnapshot[] {
  const { name, unit, description, boundaries } = names.METRIC_CACHE_LOAD_DURATION
  const { startEpochMillis } = leaseTelemetry()
  const points = [...allSeries()]
    .filter(({ loads }) => loads.count > 0)
    .map(series => ({ attributes: loadAttributes(series.name), ...series.loads.snapshot() }))
  return [{ name, unit, description, boundaries, startEpochMillis, points }]
}

export function loadAttributes(name: string): Record<string, string> {
  return { [names.ATTR_KIND]: 'cache.entry', [names.ATTR_NAME]: name }
}
