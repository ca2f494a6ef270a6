import type { BoundedCall, Settled } from './bounded-call.ts'
import type { Operation } from './telemetry/pool-spans.ts'
import type { Waiter } from './waiter.ts'

/** One create under way. */
export class Creation<T> {
  /** For whom it was begun and who gets its error; undefined if for nobody, or for one that has been served. */
  requester: Waiter<T> | undefined
  readonly startedAt: number
  /** Its span, where there is one. */
  readonly operation: Operation | undefined
  call: BoundedCall | undefined
  /** What it came to, once its resource is in the pool. Never rejects. */
  settled: Promise<Settled>

  constructor(
    requester: Waiter<T> | undefined,
    startedAt: number,
    operation: Operation | undefined,
    begin: (self: Creation<T>) => Promise<Settled>,
  ) {
    this.requester = requester
    this.startedAt = startedAt
    this.operation = operation
    if (requester !== undefined) requester.creation = this
    this.settled = begin(this)
  }
}
