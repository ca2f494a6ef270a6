import type { LeaseRecord } from './lease-record.ts'
import type { LeaseState } from './lease.ts'
import { settle } from './lease-settlement.ts'
import type { ScopedLease } from './registry-internals.ts'

/** A lease of this copy of the package, as scopes hold it. */
export class ScopedRecord implements ScopedLease {
  readonly record: LeaseRecord

  constructor(record: LeaseRecord) {
    this.record = record
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
