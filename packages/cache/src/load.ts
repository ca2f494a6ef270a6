import { AsyncResource } from 'node:async_hooks'
import {
  inRootScope,
  isThenable,
  retryDelayMillis,
  whenSettled,
  type Clock,
  type Deadline,
  type DeadlineQueue,
  type Operation,
} from '@leasehold/core'
import type { LoadCaller } from './load-caller.ts'
import type { RemovalReason } from './removal-reason.ts'

/** What a load came to. In a box: a promise of the value itself would look for its `then`. */
export type Loaded<V> =
  { readonly ok: true; readonly value: V } | { readonly ok: false; readonly error: unknown }

/** How a load is run, and whom it tells. */
export interface LoadPlan<K, V> {
  readonly clock: Clock
  readonly deadlines: DeadlineQueue
  readonly timeoutMillis: number
  readonly attempts: number
  readonly call: (load: Load<K, V>, signal: AbortSignal) => unknown
  readonly timeout: (elapsedMillis: number, latest: { cause?: unknown }) => unknown
  /** Called once. */
  readonly done: (load: Load<K, V>, loaded: Loaded<V>) => void
  /** A value that came when nobody expected one any more. */
  readonly late: (load: Load<K, V>, value: V) => void
}

/** One load of one key: its callers, attempts and deadline. */
export class Load<K, V> implements Deadline {
  dueAt: number = Infinity
  heapIndex: number = -1
  readonly key: K
  readonly callers: Set<LoadCaller<V>> = new Set()
  readonly startedAt: number
  /** Begun for the cache's own sake, by a stale hit: it goes on though nobody waits. */
  readonly isRefresh: boolean
  /** Why the cache will not take what it answers. */
  detachedBy: RemovalReason | undefined
  /** Its span, if it is to have one. */
  operation: Operation | undefined
  readonly #plan: LoadPlan<K, V>
  readonly #controller: AbortController = new AbortController()
  readonly #deadlineAt: number
  #attempts: number = 0
  #isOver: boolean = false
  #retry: (() => void) | undefined
  #latest: { cause?: unknown } = {}

  constructor(plan: LoadPlan<K, V>, key: K, isRefresh: boolean) {
    this.#plan = plan
    this.key = key
    this.isRefresh = isRefresh
    this.startedAt = plan.clock.now()
    this.#deadlineAt = this.startedAt + plan.timeoutMillis
  }

  start(): void {
    this.#attempt()
  }

  /** Its time is over, or the moment of the next attempt has come. */
  due(now: number): void {
    const retry = this.#retry
    this.#retry = undefined
    if (retry !== undefined && now < this.#deadlineAt) {
      retry()
      return
    }
    const error = this.#plan.timeout(now - this.startedAt, this.#latest)
    this.detachedBy ??= 'expired'
    this.giveUp(error)
  }

  /** Waits no longer: ends with `error`, and aborts. */
  giveUp(error: unknown): void {
    this.#end({ ok: false, error })
    this.#controller.abort(error)
  }

  #attempt(): void {
    this.#attempts++
    const attempt = this.#attempts
    this.#plan.deadlines.remove(this)
    this.#plan.deadlines.add(this, this.#deadlineAt)
    let result: unknown
    let isOver: boolean
    try {
      result = inRootScope(() => this.#plan.call(this, this.#controller.signal))
      isOver = !isThenable(result)
    } catch (error) {
      this.#failed(attempt, error)
      return
    }
    if (isOver) this.#succeeded(result)
    else
      whenSettled(
        result,
        value => this.#succeeded(value),
        error => this.#failed(attempt, error),
      )
  }

  #succeeded(value: unknown): void {
    if (this.#isOver) this.#plan.late(this, value as V)
    else this.#end({ ok: true, value: value as V })
  }

  #failed(attempt: number, error: unknown): void {
    if (this.#isOver) return
    const { attempts, clock, deadlines } = this.#plan
    const retryAt = clock.now() + retryDelayMillis(attempt)
    if (attempt >= attempts || retryAt >= this.#deadlineAt) {
      this.#end({ ok: false, error })
      return
    }
    this.#latest = { cause: error }
    this.#retry = AsyncResource.bind(() => this.#attempt())
    deadlines.remove(this)
    deadlines.add(this, retryAt)
  }

  #end(loaded: Loaded<V>): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#plan.deadlines.remove(this)
    this.#plan.done(this, loaded)
  }
}
