import type { CleanupExecutor } from './cleanup-executor.ts'
import type { LeaseGroup } from './lease-group.ts'
import type { LeaseRecord } from './lease-record.ts'

const REASON = 'was forced at the exit of the process'

/**
 * All that can still be done when the process is about to exit, which is what is synchronous: newest first,
 * `force` where there is one, else the cleanup, whose synchronous part at least runs.
 */
export function forceAtExit(groups: Iterable<LeaseGroup>, executor: CleanupExecutor): void {
  executor.runs.force(REASON, Infinity)
  for (const run of [...executor.runs]) if (!run.isOver) run.start()
  const live: LeaseRecord[] = []
  for (const group of groups) {
    for (const list of group.lists) {
      for (let record = list.oldest; record !== undefined; record = record.next) live.push(record)
    }
  }
  for (const record of live.sort((a, b) => b.id - a.id)) {
    if (!record.isLive) continue
    if (record.terms.force !== undefined) executor.forceLive(record, REASON)
    else executor.releaseNow(record)
  }
}
