import type { LeaseRef } from '@leasehold/core'

/**
 * The oldest of the leases of one group. Of each leak threshold the newest come first, so those to keep are the last ones
 * seen: a ring of them for each.
 */
export class OldestLeases {
  readonly #limit: number
  readonly #rings: Map<number, LeaseRef[]> = new Map()
  #threshold: number | undefined
  #ring: LeaseRef[] = []
  #next: number = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(lease: LeaseRef): void {
    if (lease.leakThresholdMillis !== this.#threshold) {
      this.#threshold = lease.leakThresholdMillis
      this.#rings.set(this.#threshold, (this.#ring = []))
      this.#next = 0
    }
    if (this.#limit === 0) return
    this.#ring[this.#next] = lease
    this.#next = (this.#next + 1) % this.#limit
  }

  all(): LeaseRef[] {
    return [...this.#rings.values()].flat()
  }
}
