import type { CleanupExecutor } from './cleanup-executor.ts'
import type { LeaseGroup } from './lease-group.ts'
import type { LeaseRecord } from './lease-record.ts'
import { settle } from './lease-settlement.ts'
import { liveRecords } from './live-records.ts'
import type { Unit } from './release-crew.ts'
import { ScopedRecord } from './scoped-record.ts'
import type { ScopeStack } from './scope-stack.ts'

/** What a drain needs of its registry. */
export interface DrainSource {
  readonly executor: CleanupExecutor
  readonly scopes: Iterable<ScopeStack>
  readonly abandoned: Set<LeaseRecord>
  groups(): Iterable<LeaseGroup>
  /** The last lease that is the drain's: those tracked after its start are not. */
  readonly lastId: number
}

/**
 * Everything to release, newest first; a scope's leases are one, which keeps to their order, and stands where its
 * newest does: with those that it has taken since, or taken over from another registry, which its older ones must not
 * end before. What nobody holds any more comes last.
 */
export function* drainOrder(source: DrainSource): Generator<Unit> {
  const scoped = new Set<LeaseRecord>()
  const scopes: { unit: Unit; id: number }[] = []
  for (const stack of source.scopes) {
    let id = 0
    for (const lease of stack) {
      // A scope may hold leases of another registry too, of another copy of this package even.
      if (!(lease instanceof ScopedRecord) || lease.record.terms.executor !== source.executor) continue
      scoped.add(lease.record)
      id = Math.max(id, lease.id)
    }
    scopes.push({ unit: () => stack.releaseCurrent(), id })
  }
  scopes.sort((a, b) => a.id - b.id)
  for (const record of liveRecords(source.groups(), source.lastId)) {
    if (scoped.has(record)) continue
    while (scopes.length > 0 && scopes.at(-1)!.id > record.id) yield scopes.pop()!.unit
    yield () => settle(record, 'drain')
  }
  while (scopes.length > 0) yield scopes.pop()!.unit
  for (const record of source.abandoned) {
    if (record.id > source.lastId) continue
    yield () => {
      source.abandoned.delete(record)
      return source.executor.reclaim(record)
    }
  }
}
