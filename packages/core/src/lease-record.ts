import type { SpanContext } from '@opentelemetry/api'
import type { CleanupRun } from './cleanup-run.ts'
import type { LeaseState } from './lease.ts'
import type { LeaseTerms } from './lease-terms.ts'

/** States of a record, as small integers; the first two are `live` to the outside. */
export const LIVE = 0
/** Live, and past its leak threshold. */
export const OVERDUE = 1
export const RELEASING = 2
export const RELEASED = 3
export const FAILED = 4
export const TIMED_OUT = 5
export const ABANDONED = 6

const NAMES: readonly LeaseState[] = [
  'live',
  'live',
  'releasing',
  'released',
  'failed',
  'timed_out',
  'abandoned',
]

export type Cleanup = (value: never, signal: AbortSignal) => unknown

/** An access record left by `lease.touch`. */
export interface Touch {
  readonly hint: string | undefined
  /** When, on the registry's clock. */
  readonly at: number
}

/** What few leases have; kept off the record so that the many stay small. */
export interface LeaseExtras {
  /** Where it was acquired, if sampled. */
  site?: string | undefined
  /** The span that acquired it, if that is recorded. */
  spanContext?: SpanContext | undefined
  touches?: Touch[] | undefined
  /** What `release()` gave, unless it is the shared resolved promise. */
  settlement?: Promise<void> | undefined
  /** Its cleanup, while one is in flight or waits for its turn. */
  run?: CleanupRun | undefined
  /** Released by a scope or a drain: the owner's own first `release()` is then no double one. */
  releasedByUs?: boolean | undefined
  /** Registered with the finalization registry. */
  gcWatched?: boolean | undefined
}

/**
 * The registry's side of a lease. The user's side is the handle ({@link LeaseHandle}), which refers to the
 * record; the record must never reach the handle, or a dropped handle could not be collected and seen as a
 * leak. One record is nine words: a million live leases are the measure.
 */
export class LeaseRecord {
  readonly id: number
  readonly terms: LeaseTerms
  /** The resource, until its cleanup is over. */
  value: unknown
  cleanup: Cleanup
  state: number
  /** When it was acquired; once it is live no more, how long it was held. */
  time: number
  prev: LeaseRecord | undefined
  next: LeaseRecord | undefined
  extras: LeaseExtras | undefined

  constructor(id: number, terms: LeaseTerms, value: unknown, cleanup: Cleanup, now: number) {
    this.id = id
    this.terms = terms
    this.value = value
    this.cleanup = cleanup
    this.state = LIVE
    this.time = now
    this.prev = undefined
    this.next = undefined
    this.extras = undefined
  }

  get kind(): string {
    return this.terms.group.kind
  }

  get name(): string {
    return this.terms.group.name
  }

  get site(): string | undefined {
    return this.extras?.site
  }

  get leakThresholdMillis(): number {
    return this.terms.list.thresholdMillis
  }

  get mayStay(): boolean {
    const { isDefault, askedMillis } = this.terms.list
    return !isDefault && askedMillis === Infinity
  }

  get spanContext(): SpanContext | undefined {
    return this.extras?.spanContext
  }

  get publicState(): LeaseState {
    return NAMES[this.state]!
  }

  get isLive(): boolean {
    return this.state <= OVERDUE
  }

  get acquiredAt(): number {
    return this.time
  }

  heldMillis(now: number): number {
    return this.isLive ? now - this.time : this.time
  }

  /** Lets go of the program's things; the identity stays for whoever still has the handle. */
  forget(): void {
    this.value = undefined
    this.cleanup = nothing
    if (this.extras !== undefined) this.extras.run = undefined
  }
}

function nothing(): void {}
