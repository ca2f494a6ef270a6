import { context, type Context } from '@opentelemetry/api'
import { currentRequest, type Deadline, type Operation } from '@leasehold/core'
import type { CheckedAcquire } from './acquire-options.ts'
import type { Creation } from './creation.ts'
import type { PoolLease } from './pool-lease.ts'
import type { Resource } from './resource.ts'
import type { WaitLevel } from './wait-queue.ts'

/** Who is told of a waiter's deadline and of its abort. */
export interface WaiterOwner<T> {
  timedOut(waiter: Waiter<T>, now: number): void
  aborted(waiter: Waiter<T>, reason: unknown): void
}

/** One caller of `acquire` that has no resource yet. */
export class Waiter<T> implements Deadline {
  dueAt: number = Infinity
  heapIndex: number = -1
  readonly promise: Promise<PoolLease<T>>
  resolve!: (lease: PoolLease<T>) => void
  reject!: (error: unknown) => void
  isPending: boolean = true
  readonly owner: WaiterOwner<T>
  readonly priority: number
  readonly signal: AbortSignal | undefined
  readonly enqueuedAt: number
  readonly timeoutMillis: number
  /** Order of arrival, for those of one moment. */
  readonly number: number
  /** What was current when it asked. */
  readonly context: Context
  /** For whom it asked, where requests are followed. */
  readonly request: unknown
  /** Its stack, where that is taken: later it would be that of whoever releases. */
  readonly stack: string | false
  /** Its span, where there is one. */
  readonly operation: Operation | undefined
  /** Its place in the queue; level is undefined while it has none. */
  level: WaitLevel<T> | undefined
  before: Waiter<T> | undefined
  behind: Waiter<T> | undefined
  /** Its place among those that wait equally long. */
  dueBefore: Waiter<T> | undefined
  dueBehind: Waiter<T> | undefined
  /** The create that was begun for it, while that is under way. */
  creation: Creation<T> | undefined
  /** What is being validated for it. */
  candidate: Resource<T> | undefined

  constructor(
    owner: WaiterOwner<T>,
    number: number,
    enqueuedAt: number,
    asked: CheckedAcquire,
    stack: string | false,
    operation: Operation | undefined,
  ) {
    this.owner = owner
    this.number = number
    this.enqueuedAt = enqueuedAt
    this.priority = asked.priority
    this.signal = asked.signal
    this.timeoutMillis = asked.timeoutMillis
    this.context = context.active()
    this.request = currentRequest()
    this.stack = stack
    this.operation = operation
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }

  due(now: number): void {
    this.owner.timedOut(this, now)
  }
}
