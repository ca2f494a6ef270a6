import { noRemovals, type RemovalReason } from './removal-reason.ts'

/**
 * The counts of one cache: plain fields, moved once where the thing happens, read by `stats()` and the metrics. They
 * refer to nothing, so that telemetry keeps no cache alive.
 */
export class CacheFigures {
  hits: number = 0
  misses: number = 0
  stale: number = 0
  /** Values that the cache has taken: `sets = entries + all removals`. */
  sets: number = 0
  readonly removals: Record<RemovalReason, number> = noRemovals()
  readonly removedBytes: Record<RemovalReason, number> = noRemovals()
  entries: number = 0
  bytes: number = 0
  /** Out of the cache, and still lent or being disposed of. */
  retiredEntries: number = 0
  retiredBytes: number = 0
  maxEntries: number = 0
  maxBytes: number = 0
  loadsStarted: number = 0
  loadsFailed: number = 0
  loadsInFlight: number = 0
  loans: number = 0
}

/** What is held, by that which is limited: bytes if those are, else entries. */
export function held({ entries, bytes, maxBytes }: CacheFigures): number {
  return maxBytes === Infinity ? entries : bytes
}

/** {@link held}, with one entry more. */
export function heldWith({ entries, bytes, maxBytes }: CacheFigures, more: number): number {
  return maxBytes === Infinity ? entries + 1 : bytes + more
}
