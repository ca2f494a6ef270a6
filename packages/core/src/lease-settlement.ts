import { SETTLED } from './cleanup-executor.ts'
import type { LeaseRef } from './lease.ts'
import { RELEASING, type LeaseRecord } from './lease-record.ts'

/**
 * Releases a lease, or gives the promise of the release that it has had already.
 *
 * A second release by the owner is counted as a double one. Not so the first by the owner after one by a scope
 * or a drain, which the owner need not know of, nor any by those.
 */
export function settle(record: LeaseRecord, by: 'owner' | 'scope' | 'drain'): Promise<void> {
  if (record.isLive) {
    if (by !== 'owner') (record.extras ??= {}).releasedByUs = true
    return record.terms.executor.release(record)
  }
  const { extras } = record
  if (by === 'owner') {
    if (extras?.releasedByUs === true) extras.releasedByUs = false
    else record.terms.group.doubleReleases++
  }
  if (extras?.settlement !== undefined) return extras.settlement
  return record.state === RELEASING ? record.terms.executor.reentered(record) : SETTLED
}

/**
 * Ends a lease without its owner, as a drain does: for the package that tracked it and takes the resource back. Does
 * nothing for one that has ended. The owner's own first `release()` is then no double one.
 */
export function reclaim(ref: LeaseRef): Promise<void> {
  return settle(ref as LeaseRecord, 'drain')
}

/**
 * Ends a lease as `abandoned`: for the package that tracked it, has itself seen that its owner was garbage-collected, and
 * has cleaned the resource up. Does nothing for one that has ended.
 */
export function abandon(ref: LeaseRef): void {
  const record = ref as LeaseRecord
  if (!record.isLive) return
  record.terms.executor.accounts.abandoned(record)
  record.forget()
}
