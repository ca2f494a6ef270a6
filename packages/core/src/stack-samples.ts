import type { LeaseGroup } from './lease-group.ts'
import { SampleCountdown } from './sample-countdown.ts'

/** So many stacks a second are taken at most where a watch asks for some, not for each: some 3 ms of it. */
const MAX_A_SECOND = 500

/**
 * Whose stack is taken: one in so many, and for a while each of a group that leaks. Only while there is such a group
 * is more than a countdown looked at. A program that takes leases by the million has enough of them in a part.
 */
export class StackSamples {
  readonly #gate: SampleCountdown = new SampleCountdown()
  readonly #usual: SampleCountdown = new SampleCountdown()
  readonly #boosted: Map<LeaseGroup, number> = new Map()
  #every: number | false = false
  #isLimited: boolean = false
  #second: number = -Infinity
  #inSecond: number = 0

  /** @param isLimited whether there is an end to how many are taken in a second */
  set(every: number | false, isLimited: boolean): void {
    this.#every = every
    this.#isLimited = isLimited && every !== 1
    this.#usual.set(every)
    this.#gate.set(this.#boosted.size > 0 ? 1 : every)
  }

  /** Takes each of the group's next `count`. */
  boost(group: LeaseGroup, count: number): void {
    this.#boosted.set(group, count)
    this.#gate.set(1)
  }

  unboost(): void {
    this.#boosted.clear()
    this.set(this.#every, this.#isLimited)
  }

  take(group: LeaseGroup, now: number): boolean {
    return this.passes() && this.takes(group, now)
  }

  /** The first half of {@link take}, for who does not know the group yet: nearly always the answer. */
  passes(): boolean {
    return this.#gate.take()
  }

  /** The other half, of what has passed. */
  takes(group: LeaseGroup, now: number): boolean {
    return this.#boosted.size === 0 ? this.#takeUsual(now) : this.#takeAmongBoosted(group, now)
  }

  #takeUsual(now: number): boolean {
    if (!this.#isLimited) return true
    if (now - this.#second >= 1_000) {
      this.#second = now
      this.#inSecond = 0
    }
    return this.#inSecond++ < MAX_A_SECOND
  }

  #takeAmongBoosted(group: LeaseGroup, now: number): boolean {
    const left = this.#boosted.get(group)
    if (left === undefined) return this.#usual.take() && this.#takeUsual(now)
    if (left > 1) this.#boosted.set(group, left - 1)
    else {
      this.#boosted.delete(group)
      if (this.#boosted.size === 0) this.set(this.#every, this.#isLimited)
    }
    return true
  }
}
