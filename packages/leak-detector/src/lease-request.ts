import type { LeaseRef } from '@leasehold/core'

/** With so many leases at hand, those that are over are let go of. */
const FIRST_LOOK = 128

type Outlived = (lease: LeaseRef) => void

/** The leases that were taken in one request, those of requests within it too. */
export class LeaseRequest {
  readonly #parent: LeaseRequest | undefined
  #taken: Map<LeaseRef, Outlived | undefined> = new Map()
  #lookAt: number = FIRST_LOOK
  #isOver: boolean = false

  constructor(parent: unknown) {
    this.#parent = parent instanceof LeaseRequest ? parent : undefined
  }

  /** @param outlived whom to tell if it is live at the end, if anybody */
  taken(lease: LeaseRef, outlived?: Outlived): void {
    this.#parent?.taken(lease, outlived)
    // What goes on after the end, in the background perhaps, is not the request's any more.
    if (this.#isOver) return
    if (outlived !== undefined || !this.#taken.has(lease)) this.#taken.set(lease, outlived)
    if (this.#taken.size < this.#lookAt) return
    for (const each of this.#taken.keys()) if (!each.isLive) this.#taken.delete(each)
    this.#lookAt = Math.max(FIRST_LOOK, 2 * this.#taken.size)
  }

  /** Those that are live and may not be for ever, in the order in which they were taken. */
  live(): LeaseRef[] {
    return [...this.#taken.keys()].filter(lease => lease.isLive && !lease.mayStay)
  }

  /** Takes in no more. */
  close(): void {
    this.#isOver = true
  }

  /** Tells of what is live. */
  end(): void {
    this.close()
    for (const lease of this.live()) this.#taken.get(lease)?.(lease)
    this.#taken.clear()
  }
}
