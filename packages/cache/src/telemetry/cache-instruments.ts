import type { Meter } from '@opentelemetry/api'
import { ObservedInstruments, type Observations } from '@leasehold/core'
import type { CacheFigures } from '../cache-figures.ts'
import { REMOVAL_REASONS } from '../removal-reason.ts'
import { cacheSeries, type CacheSeries } from './cache-series.ts'
import * as names from './names.generated.ts'

type Figure = (figures: CacheFigures) => number

const RESULTS: readonly [names.CacheResultValue, Figure][] = [
  ['hit', ({ hits }) => hits],
  ['miss', ({ misses }) => misses],
  ['stale', ({ stale }) => stale],
]
const ENTRIES: readonly [names.CacheStateValue, Figure][] = [
  ['live', ({ entries }) => entries],
  ['retired', ({ retiredEntries }) => retiredEntries],
]
const BYTES: readonly [names.CacheStateValue, Figure][] = [
  ['live', ({ bytes }) => bytes],
  ['retired', ({ retiredBytes }) => retiredBytes],
]

const METRICS = [
  names.METRIC_CACHE_REQUESTS,
  names.METRIC_CACHE_EVICTIONS,
  names.METRIC_CACHE_EVICTION_SIZE,
  names.METRIC_CACHE_ENTRY_COUNT,
  names.METRIC_CACHE_ENTRY_LIMIT,
  names.METRIC_CACHE_SIZE,
  names.METRIC_CACHE_SIZE_LIMIT,
]

export function cacheInstruments(meter: Meter): Disposable {
  return new ObservedInstruments(meter, METRICS, to => {
    for (const series of cacheSeries) tellCaches(series, to)
  })
}

function tellCaches(series: CacheSeries, to: Observations): void {
  const own = { [names.ATTR_KIND]: 'cache.entry', [names.ATTR_NAME]: series.name }
  for (const [result, figure] of RESULTS) {
    to.tell(names.METRIC_CACHE_REQUESTS, series.total(figure), { ...own, [names.ATTR_CACHE_RESULT]: result })
  }
  for (const reason of REMOVAL_REASONS) {
    const attributes = { ...own, [names.ATTR_CACHE_REASON]: reason }
    const evictions = series.total(({ removals }) => removals[reason])
    const bytes = series.total(({ removedBytes }) => removedBytes[reason])
    to.tell(names.METRIC_CACHE_EVICTIONS, evictions, attributes)
    to.tell(names.METRIC_CACHE_EVICTION_SIZE, bytes, attributes)
  }
  for (const [state, figure] of ENTRIES) {
    to.tell(names.METRIC_CACHE_ENTRY_COUNT, series.now(figure), { ...own, [names.ATTR_CACHE_STATE]: state })
  }
  for (const [state, figure] of BYTES) {
    to.tell(names.METRIC_CACHE_SIZE, series.now(figure), { ...own, [names.ATTR_CACHE_STATE]: state })
  }
  const entryLimit = series.now(({ maxEntries }) => maxEntries)
  const sizeLimit = series.now(({ maxBytes }) => maxBytes)
  if (entryLimit !== Infinity) to.tell(names.METRIC_CACHE_ENTRY_LIMIT, entryLimit, own)
  if (sizeLimit !== Infinity) to.tell(names.METRIC_CACHE_SIZE_LIMIT, sizeLimit, own)
}
