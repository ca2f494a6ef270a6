import type { Operation } from '@leasehold/core'
import type { Context } from '@opentelemetry/api'
import type { BoundedCall, Settled } from './bounded-call.ts'
import type { Waiter } from './waiter.ts'

/** One create under way. */
export class Creation<T> {
  /** For whom it was begun and who gets its error; undefined if for nobody, or for one that waits no longer. */
  requester: Waiter<T> | undefined
  /** What was current for whoever it was begun for. */
  readonly asker: Context
  readonly startedAt: number
  /** Its span, where there is one. */
  readonly operation: Operation | undefined
  call: BoundedCall | undefined
  /** Whether its requester has given up before it was over: perhaps it hangs, and nobody is to rely on it. */
  isForsaken: boolean = false
  /** What it came to, once its resource is in the pool. Never rejects. */
  readonly settled: Promise<Settled>
  settle!: (settled: Settled) => void

  constructor(
    requester: Waiter<T> | undefined,
    asker: Context,
    startedAt: number,
    operation: Operation | undefined,
  ) {
    this.requester = requester
    this.asker = asker
    this.startedAt = startedAt
    this.operation = operation
    if (requester !== undefined) requester.creation = this
    this.settled = new Promise(settle => {
      this.settle = settle
    })
  }
}
