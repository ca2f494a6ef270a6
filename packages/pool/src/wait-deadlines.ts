import type { Deadline, DeadlineQueue } from '@leasehold/core'
import type { Waiter } from './waiter.ts'

/**
 * The deadlines of those who wait. Nearly all wait equally long, so theirs come in order of arrival: a list, whose
 * first alone is in the pool's queue of deadlines. Ten thousand waiters are one timer and no heap.
 */
export class WaitDeadlines<T> implements Deadline {
  dueAt: number = Infinity
  heapIndex: number = -1
  readonly #deadlines: DeadlineQueue
  readonly #usualMillis: number
  #first: Waiter<T> | undefined
  #last: Waiter<T> | undefined

  constructor(deadlines: DeadlineQueue, usualMillis: number) {
    this.#deadlines = deadlines
    this.#usualMillis = usualMillis
  }

  /** Of one that has just come. Does nothing if it has a deadline, or needs none. */
  add(waiter: Waiter<T>): void {
    const { timeoutMillis } = waiter
    if (timeoutMillis === Infinity || waiter.dueAt !== Infinity) return
    const dueAt = waiter.enqueuedAt + timeoutMillis
    if (timeoutMillis !== this.#usualMillis) {
      this.#deadlines.add(waiter, dueAt)
      return
    }
    waiter.dueAt = dueAt
    waiter.dueBefore = this.#last
    if (this.#last === undefined) this.#first = waiter
    else this.#last.dueBehind = waiter
    this.#last = waiter
    if (this.#first === waiter) this.#deadlines.add(this, dueAt)
  }

  /** As {@link add}, of one that came before others that have theirs. */
  addLate(waiter: Waiter<T>): void {
    const { timeoutMillis } = waiter
    if (timeoutMillis === Infinity || waiter.dueAt !== Infinity) return
    this.#deadlines.add(waiter, waiter.enqueuedAt + timeoutMillis)
  }

  /** Does nothing for one that has no deadline, or had it. */
  remove(waiter: Waiter<T>): void {
    if (waiter.heapIndex !== -1) this.#deadlines.remove(waiter)
    else if (waiter === this.#first || waiter.dueBefore !== undefined) this.#unlink(waiter)
  }

  /** The first's moment; perhaps of one that has left, in which case it is that of nobody yet. */
  due(now: number): void {
    for (let first = this.#first; first !== undefined && first.dueAt <= now; first = this.#first) {
      this.#unlink(first)
      first.due(now)
    }
    if (this.#first !== undefined && this.heapIndex === -1) this.#deadlines.add(this, this.#first.dueAt)
  }

  #unlink(waiter: Waiter<T>): void {
    const { dueBefore, dueBehind } = waiter
    if (dueBefore === undefined) this.#first = dueBehind
    else dueBefore.dueBehind = dueBehind
    if (dueBehind === undefined) this.#last = dueBefore
    else dueBehind.dueBefore = dueBefore
    waiter.dueBefore = undefined
    waiter.dueBehind = undefined
    // While others wait the moment stays: at worst it comes early, and is set anew.
    if (this.#first === undefined) this.#deadlines.remove(this)
  }
}
