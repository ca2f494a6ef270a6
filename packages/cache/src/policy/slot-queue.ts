import type { Slots } from './slots.ts'

const NONE = -1

/** Slots in an order: in at the end, out at the front or anywhere, all in constant time. */
export class SlotQueue {
  size: number = 0
  readonly #slots: Pick<Slots<never, never>, 'next' | 'previous'>
  #first: number = NONE
  #last: number = NONE

  constructor(slots: Pick<Slots<never, never>, 'next' | 'previous'>) {
    this.#slots = slots
  }

  /** Only of a queue that is not empty. */
  get first(): number {
    return this.#first
  }

  push(slot: number): void {
    const { next, previous } = this.#slots
    next[slot] = NONE
    previous[slot] = this.#last
    if (this.#last === NONE) this.#first = slot
    else next[this.#last] = slot
    this.#last = slot
    this.size++
  }

  remove(slot: number): void {
    const { next, previous } = this.#slots
    const before = previous[slot]!
    const after = next[slot]!
    if (before === NONE) this.#first = after
    else next[before] = after
    if (after === NONE) this.#last = before
    else previous[after] = before
    this.size--
  }
}
