import type { LeaseRecord } from './lease-record.ts'
import type { LeaseState } from './lease.ts'
import { settle } from './lease-settlement.ts'
import type { ScopedLease } from './registry-internals.ts'

/** A lease of this copy of the package, as scopes hold it. */
export class ScopedRecord implements ScopedLease {
  readonly record: LeaseRecord
  /** Kept, not used: what a scope holds is not abandoned. */
  readonly handle: object

  constructor(record: LeaseRecord, handle: object) {
    this.record = record
    this.handle = handle
  }

  get id(): number {
    return this.record.id
  }

  get state(): LeaseState {
    return this.record.publicState
  }

  release(): Promise<void> {
    return settle(this.record, 'scope')
  }
}
