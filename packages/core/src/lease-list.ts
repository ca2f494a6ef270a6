import type { DefaultThreshold } from './default-threshold.ts'
import { LIVE, OVERDUE, type LeaseRecord } from './lease-record.ts'
import type { ListWatch } from './list-watch.ts'

/**
 * Live leases of one group and one leak threshold, in order of acquisition, linked through the records
 * themselves. As the clock only rises, the overdue ones are a prefix: `fresh` is the first that is not known to
 * be overdue, and a sweep goes on from there, so that each lease is looked at once in its life and no lease
 * needs a timer. If the threshold rises, the sweep goes back.
 */
export class LeaseList {
  /** What the lease asked for, or else the registry's settings. */
  readonly askedMillis: number
  oldest: LeaseRecord | undefined
  newest: LeaseRecord | undefined
  overdue: number = 0
  /** Whether its group knows it; an empty list may have been forgotten. */
  isKept: boolean = false
  /** While the registry is watched. */
  watch: ListWatch | undefined
  readonly #byDefault: DefaultThreshold | undefined
  #fresh: LeaseRecord | undefined

  /** @param byDefault of leases without a threshold of their own */
  constructor(askedMillis: number, byDefault?: DefaultThreshold) {
    this.askedMillis = askedMillis
    this.#byDefault = byDefault
  }

  get isDefault(): boolean {
    return this.#byDefault !== undefined
  }

  get thresholdMillis(): number {
    return this.#byDefault?.watchedMillis ?? this.askedMillis
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
   * Marks what is overdue by `now`, and what is so no more, at most `budget` leases.
   * @returns how much of the budget is left; 0 if there may be more to mark
   */
  sweep(now: number, budget: number): number {
    const { thresholdMillis } = this
    budget = this.#takeBack(now, thresholdMillis, budget)
    let record = this.#fresh
    while (record !== undefined && now - record.time >= thresholdMillis) {
      if (budget === 0) break
      budget--
      record.state = OVERDUE
      this.overdue++
      record = record.next
    }
    this.#fresh = record
    return budget
  }

  /** The youngest of the overdue ones first, which are told that they are not: the threshold has risen. */
  #takeBack(now: number, thresholdMillis: number, budget: number): number {
    let record = this.#fresh === undefined ? this.newest : this.#fresh.prev
    while (budget > 0 && record?.state === OVERDUE && now - record.time < thresholdMillis) {
      budget--
      this.#leaveOverdue(record)
      record.state = LIVE
      this.#fresh = record
      record = record.prev
    }
    return budget
  }

  #leaveOverdue(record: LeaseRecord): void {
    this.overdue--
    this.watch?.left(record)
  }
}
