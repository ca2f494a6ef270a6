import { durationPoints, durationSnapshot, type HistogramSnapshot } from '@leasehold/core'
import { cacheSeries } from './cache-series.ts'
import * as names from './names.generated.ts'

export function cacheHistograms(): HistogramSnapshot[] {
  const points = [...cacheSeries].flatMap(({ name, loads }) => durationPoints(loads, loadAttributes(name)))
  return [durationSnapshot(names.METRIC_CACHE_LOAD_DURATION, points)]
}

export function loadAttributes(name: string): Record<string, string> {
  return { [names.ATTR_KIND]: 'cache.entry', [names.ATTR_NAME]: name }
}
