import { LeaseholdError, leaseText } from './errors.ts'
import { describeValue, safeText } from './foreign-value.ts'
import type { Lease, LeaseRef, LeaseState } from './lease.ts'
import type { LeaseRecord } from './lease-record.ts'
import { settle } from './lease-settlement.ts'
import { LEASE, type ScopedLease } from './registry-internals.ts'
import { ScopedRecord } from './scoped-record.ts'

/** Access records kept for each lease. */
const MAX_TOUCHES = 4

/**
 * The user's side of a lease; see `LeaseRecord` for why there are two. A package whose leases can do more
 * extends it, and names its class to `registry.track`.
 */
export class LeaseHandle<T> implements Lease<T> {
  readonly #record: LeaseRecord

  constructor(ref: LeaseRef) {
    this.#record = ref as LeaseRecord
  }

  get id(): number {
    return this.#record.id
  }

  get kind(): string {
    return this.#record.kind
  }

  get name(): string {
    return this.#record.name
  }

  get value(): T {
    const record = this.#record
    if (!record.isLive) {
      const { id, kind, name } = record
      throw new LeaseholdError(
        'ERR_LEASE_RELEASED',
        `${leaseText(record)} was released after ${Math.round(record.time)} ms; its value is not to be used any more`,
        { id, kind, leaseName: name },
      )
    }
    return record.value as T
  }

  get state(): LeaseState {
    return this.#record.publicState
  }

  get heldMillis(): number {
    const record = this.#record
    return record.heldMillis(record.terms.executor.clock.now())
  }

  touch(hint?: string): void {
    const record = this.#record
    if (!record.isLive) return
    const touches = ((record.extras ??= {}).touches ??= [])
    if (touches.length === MAX_TOUCHES) touches.shift()
    touches.push({
      hint: hint === undefined ? undefined : touchHint(hint),
      at: record.terms.executor.clock.now(),
    })
  }

  release(): Promise<void> {
    return settle(this.#record, 'owner')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return settle(this.#record, 'owner')
  }

  static {
    // For a scope, also one of another copy.
    Object.defineProperty(this.prototype, LEASE, {
      get(this: LeaseHandle<unknown>): ScopedLease {
        return new ScopedRecord(this.#record, this)
      },
    })
  }
}

/** The type promises text; whoever passed something else must not fail for it where a lease is only touched. */
function touchHint(hint: unknown): string {
  return typeof hint === 'string' ? safeText(hint) : describeValue(hint)
}
