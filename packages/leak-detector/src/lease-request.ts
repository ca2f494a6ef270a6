import type { LeaseRef } from '@leasehold/core'

/** With so many leases at hand, those that are over are let go of. */
const FIRST_LOOK = 128

type Outlived = (lease: LeaseRef) => void

/** The leases that were taken in one request. */
export class LeaseRequest {
  #taken: Map<LeaseRef, Outlived> = new Map()
  #lookAt: number = FIRST_LOOK
  #isOver: boolean = false

  /** @param outlived whom to tell if it is live at the end */
  taken(lease: LeaseRef, outlived: Outlived): void {
    // What goes on after the end, in the background perhaps, is not the request's any more.
    if (this.#isOver) return
    this.#taken.set(lease, outlived)
    if (this.#taken.size < this.#lookAt) return
    for (const each of this.#taken.keys()) if (!each.isLive) this.#taken.delete(each)
    this.#lookAt = Math.max(FIRST_LOOK, 2 * this.#taken.size)
  }

  /** Takes in no more. */
  close(): void {
    this.#isOver = true
  }

  /** Tells of what is live. */
  end(): void {
    this.close()
    for (const [lease, outlived] of this.#taken) {
      if (lease.isLive && lease.leakThresholdMillis !== Infinity) outlived(lease)
    }
    this.#taken.clear()
  }
}
