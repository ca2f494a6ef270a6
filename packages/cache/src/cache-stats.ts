import type { CacheFigures } from './cache-figures.ts'
import type { RemovalReason } from './removal-reason.ts'

/** A cache at one moment, and what it has counted since it was made. */
export interface CacheStats {
  readonly name: string
  /** Those that have expired and have not been noticed yet among them. */
  readonly entries: number
  /** Infinity without a limit. */
  readonly maxEntries: number
  /** Accounted, of live values. */
  readonly bytes: number
  /** Infinity without a limit. */
  readonly maxBytes: number
  /** Of values that have left the cache, and are still lent or being disposed of. */
  readonly retired: { readonly entries: number; readonly bytes: number }
  /** Loans that are not over. */
  readonly loans: number
  /** Requests that were answered by a fresh value. A request is a get, a fetch or a lease. */
  readonly hits: number
  readonly misses: number
  /** Requests that were answered by a stale one. */
  readonly stale: number
  /** Of all requests, those that were answered; 0 without any. */
  readonly hitRate: number
  /** Values that the cache has taken. Always `sets = entries + all of evictions`. */
  readonly sets: number
  /** Values that have left, or were not let in, by reason. */
  readonly evictions: Readonly<Record<RemovalReason, number>>
  readonly loads: { readonly started: number; readonly failed: number; readonly inFlight: number }
}

export function cacheStats(name: string, f: CacheFigures): CacheStats {
  const answered = f.hits + f.stale
  const requests = answered + f.misses
  return {
    name,
    entries: f.entries,
    maxEntries: f.maxEntries,
    bytes: f.bytes,
    maxBytes: f.maxBytes,
    retired: { entries: f.retiredEntries, bytes: f.retiredBytes },
    loans: f.loans,
    hits: f.hits,
    misses: f.misses,
    stale: f.stale,
    hitRate: requests === 0 ? 0 : answered / requests,
    sets: f.sets,
    evictions: { ...f.removals },
    loads: { started: f.loadsStarted, failed: f.loadsFailed, inFlight: f.loadsInFlight },
  }
}
