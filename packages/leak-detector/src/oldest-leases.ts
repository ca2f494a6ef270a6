import type { LeaseRef } from '@leasehold/core'

/**
 * The oldest of the leases of one group. They come in runs, in each the newest first, so those to keep are the last ones
 * of each: a ring of them.
 */
export class OldestLeases {
  readonly #limit: number
  readonly #rings: LeaseRef[][] = []
  #ring: LeaseRef[] = []
  #next: number = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  begin(): void {
    this.#rings.push((this.#ring = []))
    this.#next = 0
  }

  add(lease: LeaseRef): void {
    if (this.#limit === 0) return
    this.#ring[this.#next] = lease
    this.#next = (this.#next + 1) % this.#limit
  }

  all(): LeaseRef[] {
    return this.#rings.flat()
  }
}
