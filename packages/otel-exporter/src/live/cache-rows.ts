import { byName } from './limited.ts'
import type { CacheRow } from './live-state.ts'
import { ATTRIBUTE, METRIC } from './metric-names.ts'
import type { Observations } from './observations.ts'

/** The caches: the largest first. */
export function cacheRows(seen: Observations): Omit<CacheRow, 'trend'>[] {
  return seen
    .names(METRIC.cacheRequests)
    .map(name => {
      const of = { name }
      const requests = seen.value(METRIC.cacheRequests, of) ?? 0
      const answered = seen.sumWhere(METRIC.cacheRequests, of, ATTRIBUTE.result, ['hit', 'stale'])
      const size = (state: string): number =>
        seen.sumWhere(METRIC.cacheSize, of, ATTRIBUTE.cacheState, [state])
      return {
        name,
        hitRatio: requests === 0 ? null : answered / requests,
        requests,
        entries: seen.sumWhere(METRIC.cacheEntries, of, ATTRIBUTE.cacheState, ['live']),
        entryLimit: seen.value(METRIC.cacheEntryLimit, of) ?? null,
        bytes: size('live'),
        byteLimit: seen.value(METRIC.cacheSizeLimit, of) ?? null,
        retiredBytes: size('retired'),
        evictions: seen.value(METRIC.cacheEvictions, of) ?? 0,
      }
    })
    .sort((a, b) => b.bytes - a.bytes || b.entries - a.entries || byName(a, b))
}
