import { SlotQueue } from './slot-queue.ts'
import type { Slots } from './slots.ts'

/** Generations there can be at once: as many as the stamp on an entry has values. */
const COUNT = 32
/** A generation is as many arrivals as this part of all entries. */
const PART = 1 / 8

/** The main queue, in generations: each a queue of its own, so that an entry can be put back to where its last hit says. */
export class Generations {
  /** The newest. */
  current: number = 0
  readonly #queues: readonly SlotQueue[]
  readonly #slots: Pick<Slots<never, never>, 'generations'>
  #oldest: number = 0
  #size: number = 0
  #arrived: number = 0

  constructor(slots: Pick<Slots<never, never>, 'generations' | 'next' | 'previous'>) {
    this.#slots = slots
    this.#queues = Array.from({ length: COUNT }, () => new SlotQueue(slots))
  }

  get isEmpty(): boolean {
    return this.#size === 0
  }

  /** Only of a queue that is not empty. */
  get first(): number {
    while (this.#queues[this.#oldest]!.size === 0) this.#oldest = (this.#oldest + 1) % COUNT
    return this.#queues[this.#oldest]!.first
  }

  push(slot: number, generation: number): void {
    this.#slots.generations[slot] = generation
    this.#queues[generation]!.push(slot)
    if (this.#size++ === 0 || age(generation, this.current) > age(this.#oldest, this.current)) {
      this.#oldest = generation
    }
  }

  remove(slot: number): void {
    this.#queues[this.#slots.generations[slot]!]!.remove(slot)
    this.#size--
  }

  /** Counts an arrival among `size` entries. @returns whether it begins a new generation */
  count(size: number): boolean {
    if (++this.#arrived < size * PART) return false
    const next = (this.current + 1) % COUNT
    // While the oldest still has entries its number is taken; the newest one is longer then.
    if (this.#queues[next]!.size > 0) return false
    this.#arrived = 0
    this.current = next
    return true
  }
}

function age(generation: number, current: number): number {
  return (current - generation + COUNT) % COUNT
}
