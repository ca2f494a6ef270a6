import type { LeaseGroup } from './lease-group.ts'
import { SampleCountdown } from './sample-countdown.ts'

/**
 * Whose stack is taken: one in so many, and for a while each of a group that leaks. Only while there is such a group
 * is more than a countdown looked at.
 */
export class StackSamples {
  readonly #gate: SampleCountdown = new SampleCountdown()
  readonly #usual: SampleCountdown = new SampleCountdown()
  readonly #boosted: Map<LeaseGroup, number> = new Map()
  #every: number | false = false

  set(every: number | false): void {
    this.#every = every
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
    this.set(this.#every)
  }

  take(group: LeaseGroup): boolean {
    return this.#gate.take() && (this.#boosted.size === 0 || this.#takeAmongBoosted(group))
  }

  #takeAmongBoosted(group: LeaseGroup): boolean {
    const left = this.#boosted.get(group)
    if (left === undefined) return this.#usual.take()
    if (left > 1) this.#boosted.set(group, left - 1)
    else {
      this.#boosted.delete(group)
      if (this.#boosted.size === 0) this.set(this.#every)
    }
    return true
  }
}
