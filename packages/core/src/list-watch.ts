import type { LeaseList } from './lease-list.ts'
import { OVERDUE, type LeaseRecord } from './lease-record.ts'

/** A place in a list: all leases up to it are counted. It moves with the clock, and back where one is removed. */
class Mark {
  last: LeaseRecord | undefined
  lastId: number = 0
  count: number = 0

  next(list: LeaseList): LeaseRecord | undefined {
    return this.last === undefined ? list.oldest : this.last.next
  }

  take(record: LeaseRecord): void {
    this.last = record
    this.lastId = record.id
    this.count++
  }

  /** Puts the last one back. */
  back(): void {
    this.#endAt(this.last?.prev)
    this.count--
  }

  /** @returns whether `record`, about to leave the list, was counted */
  left(record: LeaseRecord): boolean {
    // Numbers rise along a list, so whether a lease is before the mark is written on it.
    if (record.id > this.lastId) return false
    if (record === this.last) this.#endAt(record.prev)
    this.count--
    return true
  }

  #endAt(record: LeaseRecord | undefined): void {
    this.last = record
    this.lastId = record?.id ?? 0
  }
}

/**
 * What a watch knows of one list: which overdue leases it has told, and how many are of old age. Both are prefixes of
 * the list, so a lease needs no field for either, and one that is released in time never meets this.
 */
export class ListWatch {
  /** Whose watch this is; it outlives that in lists which were empty at its end. */
  readonly owner: object
  readonly #onUnleaked: (record: LeaseRecord) => void
  readonly #told: Mark = new Mark()
  readonly #old: Mark = new Mark()

  constructor(owner: object, onUnleaked: (record: LeaseRecord) => void) {
    this.owner = owner
    this.#onUnleaked = onUnleaked
  }

  /** How many are of the age last asked for. */
  get old(): number {
    return this.#old.count
  }

  /** Tells the overdue ones not told yet, at most `budget`. @returns what is left of it */
  tell(list: LeaseList, budget: number, visit: (record: LeaseRecord) => void): number {
    for (let record = this.#told.next(list); record?.state === OVERDUE && budget > 0; budget--) {
      this.#told.take(record)
      visit(record)
      record = record.next
    }
    return budget
  }

  /** Counts those as old as `ageMillis` at `now`, which must be overdue; looks at `budget` more at most. */
  countOld(list: LeaseList, now: number, ageMillis: number, budget: number): number {
    const old = this.#old
    while (old.last !== undefined && now - old.last.time < ageMillis) old.back()
    for (let next = old.next(list); budget > 0 && next?.state === OVERDUE; budget--) {
      if (now - next.time < ageMillis) break
      old.take(next)
      next = next.next
    }
    return budget
  }

  /** An overdue one is about to leave the list. */
  left(record: LeaseRecord): void {
    this.#old.left(record)
    if (this.#told.left(record)) this.#onUnleaked(record)
  }
}
