import type { CleanupExecutor } from './cleanup-executor.ts'
import type { LeaseRecord } from './lease-record.ts'

/**
 * Ends those that are still live, without waiting: by `force` where there is one, else the cleanup is at least
 * begun. For a drain whose deadline has come, and the exit of the process.
 */
export function forceLive(records: Iterable<LeaseRecord>, executor: CleanupExecutor, reason: string): void {
  for (const record of records) {
    // A `force` or a listener before may have released it.
    if (!record.isLive) continue
    // The owner's own first release is then no double one.
    ;(record.extras ??= {}).releasedByUs = true
    if (record.terms.force !== undefined) executor.forceLive(record, reason)
    else executor.releaseNow(record)
  }
}
