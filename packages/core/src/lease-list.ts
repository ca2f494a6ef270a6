import { OVERDUE, type LeaseRecord } from './lease-record.ts'
import type { ListWatch } from './list-watch.ts'

/**
 * Live leases of one group and one leak threshold, in order of acquisition, linked through the records
 * themselves. As the clock only rises, the overdue ones are a prefix: `fresh` is the first that is not known to
 * be overdue, and a sweep goes on from there, so that each lease is looked at once in its life and no lease
 * needs a timer.
 */
export class LeaseList {
  readonly thresholdMillis: number
  oldest: LeaseRecord | undefined
  newest: LeaseRecord | undefined
  overdue: number = 0
  /** Whether its group knows it; an empty list may have been forgotten. */
  isKept: boolean = false
  /** While the registry is watched. */
  watch: ListWatch | undefined
  #fresh: LeaseRecord | undefined

  constructor(thresholdMillis: number) {
    this.thresholdMillis = thresholdMillis
  }

  get isEmpty(): boolean {
    return this.oldest === undefined
  }

  add(record: LeaseRecord): void {
    const last = this.newest
    if (last === undefined) this.oldest = record
    else {
      last.next = record
      record.prev = last
    }
    this.newest = record
    this.#fresh ??= record
  }

  remove(record: LeaseRecord): void {
    if (record.state === OVERDUE) this.#leaveOverdue(record)
    const { prev, next } = record
    if (prev === undefined) this.oldest = next
    else prev.next = next
    if (next === undefined) this.newest = prev
    else next.prev = prev
    record.prev = undefined
    record.next = undefined
    if (this.#fresh === record) this.#fresh = next
  }

  /**
   * Marks what has become overdue by `now`, at most `budget` leases.
   * @returns how much of the budget is left; 0 if there may be more to mark
   */
  sweep(now: number, budget: number): number {
    let record = this.#fresh
    while (record !== undefined && now - record.time >= this.thresholdMillis) {
      if (budget === 0) break
      budget--
      record.state = OVERDUE
      this.overdue++
      record = record.next
    }
    this.#fresh = record
    return budget
  }

  #leaveOverdue(record: LeaseRecord): void {
    this.overdue--
    this.watch?.left(record)
  }
}
