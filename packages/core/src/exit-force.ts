import type { CleanupExecutor } from './cleanup-executor.ts'
import { forceLive } from './force-live.ts'
import type { LeaseGroup } from './lease-group.ts'
import type { LeaseRecord } from './lease-record.ts'
import { liveRecords } from './live-records.ts'

const REASON = 'was forced at the exit of the process'

/** Cleanups may release or take further leases; those that go on doing so for ever must not hold the exit. */
const MAX_ROUNDS = 10

/** What there is to force, all of one registry. */
export interface ExitSource {
  readonly executor: CleanupExecutor
  readonly abandoned: Set<LeaseRecord>
  groups(): Iterable<LeaseGroup>
}

/**
 * All that can still be done when the process is about to exit, which is what is synchronous: newest first,
 * `force` where there is one, else the cleanup, whose synchronous part at least runs.
 */
export function forceAtExit({ executor, abandoned, groups }: ExitSource): void {
  executor.forceStack(REASON)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    executor.runs.force(REASON, Infinity)
    const waiting = [...executor.runs].filter(run => !run.hasBegun)
    const live = liveRecords(groups(), Infinity)
    if (waiting.length === 0 && live.length === 0 && abandoned.size === 0) return
    for (const run of waiting) if (!run.hasBegun) run.start()
    forceLive(live, executor, REASON)
    for (const record of abandoned) executor.reclaimNow(record, REASON)
    abandoned.clear()
  }
}
