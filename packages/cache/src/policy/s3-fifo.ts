import { ARRIVED, MARK_BITS, slotOf, VISITS, type Entry } from '../entry.ts'
import { fullHash } from '../key-hash.ts'
import { Arrivals } from './arrivals.ts'
import type { EvictionPolicy } from './eviction-policy.ts'
import { Ghosts } from './ghosts.ts'
import { KeyIndex } from './key-index.ts'
import { SlotQueue } from './slot-queue.ts'
import type { Slots } from './slots.ts'

/** What the new arrivals may have of all entries. */
const ARRIVALS_SHARE = 0.1
/** A larger quick-lru would hold its callers up when its Map is rehashed. */
const MAX_ARRIVALS = 8_192
/** How many entries one eviction looks at: then the next one goes, whatever its merit. */
const MAX_LOOKS = 128

/**
 * S3-FIFO (Yang et al., SOSP '23): new arrivals wait in a small queue, and those that were not hit by its end are evicted;
 * what was goes to the main queue, which gives everyone another round for each visit. A key that comes back soon after
 * its eviction goes to the main queue at once.
 */
export class S3Fifo<K, V> implements EvictionPolicy<K, V> {
  readonly #slots: Slots<K, V>
  readonly #arrivals: Arrivals<K, V> = new Arrivals()
  readonly #index: KeyIndex<K, V> = new KeyIndex()
  readonly #main: SlotQueue
  readonly #ghosts: Ghosts = new Ghosts()
  /** Nothing has been evicted yet. */
  #isFilling: boolean = true

  constructor(slots: Slots<K, V>) {
    this.#slots = slots
    this.#main = new SlotQueue(slots)
  }

  get size(): number {
    return this.#arrivals.size + this.#main.size
  }

  get(key: K): Entry<V> | undefined {
    return this.#index.get(key) ?? this.#arrivals.get(key)
  }

  add(key: K, entry: Entry<V>): void {
    if (this.#ghosts.take(fullHash(key))) {
      this.#toMain(key, entry)
      return
    }
    entry.meta |= ARRIVED
    this.#arrivals.add(key, entry)
    if (this.#arrivals.size > this.#arrivalsLimit * (this.#isFilling ? 1 : 2)) this.#overflow()
  }

  remove(key: K, entry: Entry<V>): void {
    if ((entry.meta & ARRIVED) !== 0) this.#arrivals.delete(key)
    else this.#leaveMain(key, slotOf(entry))
  }

  evict(): Entry<V> | undefined {
    this.#isFilling = false
    for (let looks = 1; ; looks++) {
      const isLast = looks >= MAX_LOOKS
      if (this.#main.size === 0 || this.#arrivals.size > this.#arrivalsLimit) {
        const oldest = this.#arrivals.shift()
        if (oldest === undefined) return undefined
        const [key, entry] = oldest
        if ((entry.meta & VISITS) < 2 || isLast) {
          this.#forget(key)
          return entry
        }
        this.#toMain(key, entry)
      } else {
        const slot = this.#main.first
        const entry = this.#slots.entries[slot]!
        if ((entry.meta & VISITS) === 0 || isLast) {
          this.#leaveMain(this.#slots.keys[slot]!, slot)
          return entry
        }
        entry.meta--
        this.#main.remove(slot)
        this.#main.push(slot)
      }
    }
  }

  get #arrivalsLimit(): number {
    return Math.min(MAX_ARRIVALS, Math.max(1, this.size * ARRIVALS_SHARE))
  }

  /** Nothing has to go yet: the oldest arrival is kept, with what it has earned. */
  #overflow(): void {
    const [key, entry] = this.#arrivals.shift()!
    entry.meta &= ~ARRIVED
    this.#index.add(key, entry)
    this.#main.push(slotOf(entry))
  }

  #toMain(key: K, entry: Entry<V>): void {
    entry.meta = slotOf(entry) << MARK_BITS
    this.#index.add(key, entry)
    this.#main.push(slotOf(entry))
  }

  #leaveMain(key: K, slot: number): void {
    this.#index.delete(key)
    this.#main.remove(slot)
  }

  #forget(key: K): void {
    const { capacity } = this.#ghosts
    const size = this.size + 1
    if (size > capacity * 1.5 || size < capacity / 2) this.#ghosts.resize(size)
    this.#ghosts.add(fullHash(key))
  }
}
