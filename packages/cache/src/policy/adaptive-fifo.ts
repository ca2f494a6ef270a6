import { ARRIVED, HIT_MASK, PROBATION, slotOf, STAMP_SHIFT, VISITED, type Entry } from '../entry.ts'
import { fullHash } from '../key-hash.ts'
import { Arrivals } from './arrivals.ts'
import type { EvictionPolicy } from './eviction-policy.ts'
import { Generations } from './generations.ts'
import { Ghosts } from './ghosts.ts'
import { KeyIndex } from './key-index.ts'
import { SlotQueue } from './slot-queue.ts'
import type { Slots } from './slots.ts'

/** What those that have not proved themselves may have of all entries: at first, at least and at most. */
const FIRST_SHARE = 0.1
const LEAST_SHARE = 0.01
const MOST_SHARE = 0.99
/** What quick-lru may have: a hit there costs as much as two elsewhere, and a large one is rehashed at one go. */
const ARRIVALS_SHARE = 0.125
const MAX_ARRIVALS = 1_024
/** How many entries one eviction looks at: then the next one goes, whatever its merit. */
const MAX_LOOKS = 128

/**
 * S3-FIFO (Yang et al., SOSP '23), made to adapt. New entries come on trial, and are evicted at its end unless they were
 * hit meanwhile: so a scan passes through without harm. Those that were go to the main queue.
 *
 * - How much room the trial gets is learnt, as in ARC (Megiddo and Modha, FAST '03): a key that comes back soon after it
 *   was evicted from its trial says that this was too short, one evicted from the main queue that that is too small. A
 *   fixed tenth loses much where popularity shifts, or all is used twice and no more.
 * - Hits within the generation that an entry came in (an eighth of all entries) do not prove it: what is asked for twice
 *   at once may well be asked for no more.
 * - In the main queue a hit moves nothing either; it leaves its generation on the entry. Whose turn it is to go is put
 *   back to where that says, which is an LRU by the eighth, and what was hit has a second round then, as frequency counts.
 *
 * `npm run bench -- cache` compares it. All costs are constant: every look is one of at most 128.
 */
export class AdaptiveFifo<K, V> implements EvictionPolicy<K, V> {
  mark: number = VISITED
  readonly #slots: Slots<K, V>
  /** On trial: the newest of them in quick-lru, those that do not fit there in a queue, and in the index. */
  readonly #arrivals: Arrivals<K, V> = new Arrivals()
  readonly #probation: SlotQueue
  readonly #main: Generations
  readonly #index: KeyIndex<K, V> = new KeyIndex()
  readonly #fromTrial: Ghosts = new Ghosts()
  readonly #fromMain: Ghosts = new Ghosts()
  #share: number = FIRST_SHARE

  constructor(slots: Slots<K, V>) {
    this.#slots = slots
    this.#probation = new SlotQueue(slots)
    this.#main = new Generations(slots)
  }

  get size(): number {
    return this.#index.size + this.#arrivals.size
  }

  get(key: K): Entry<V> | undefined {
    return this.#index.get(key) ?? this.#arrivals.get(key)
  }

  add(key: K, entry: Entry<V>): void {
    const slot = slotOf(entry)
    const hash = fullHash(key)
    this.#slots.hashes[slot] = hash
    if (this.#main.count(this.size)) this.mark = (this.#main.current << STAMP_SHIFT) | VISITED
    entry.meta = (entry.meta & ~0xff) | (this.#main.current << STAMP_SHIFT)
    if (this.#learn(hash)) {
      this.#index.add(key, entry)
      this.#main.push(slot, this.#main.current)
      return
    }
    this.#slots.generations[slot] = this.#main.current
    entry.meta |= ARRIVED
    this.#arrivals.add(key, entry)
    if (this.#arrivals.size > this.#arrivalsLimit) this.#overflow()
  }

  remove(key: K, entry: Entry<V>): void {
    if ((entry.meta & ARRIVED) !== 0) this.#arrivals.delete(key)
    else {
      this.#index.delete(key)
      if ((entry.meta & PROBATION) !== 0) this.#probation.remove(slotOf(entry))
      else this.#main.remove(slotOf(entry))
    }
  }

  evict(): Entry<V> | undefined {
    for (let looks = 1; looks < MAX_LOOKS; looks++) {
      const onTrial = this.#arrivals.size + this.#probation.size
      const isTrial = onTrial > 0 && (onTrial > this.size * this.#share || this.#main.isEmpty)
      if (!isTrial && this.#main.isEmpty) return undefined
      const gone = isTrial ? this.#endTrial() : this.#endRound()
      if (gone !== undefined) return gone
    }
    return this.#evictNext()
  }

  /** The oldest on trial. @returns it if it has to go, undefined if it has proved itself */
  #endTrial(): Entry<V> | undefined {
    if (this.#probation.size === 0) {
      const [key, entry] = this.#arrivals.shift()!
      if (!this.#isProved(entry)) return this.#forget(this.#fromTrial, entry, 1)
      this.#index.add(key, entry)
      this.#promote(entry)
      return undefined
    }
    const slot = this.#probation.first
    const entry = this.#slots.entries[slot]!
    this.#probation.remove(slot)
    if (this.#isProved(entry)) {
      this.#promote(entry)
      return undefined
    }
    this.#index.delete(this.#slots.keys[slot]!)
    return this.#forget(this.#fromTrial, entry, 1)
  }

  /** The first of the main queue. @returns it if it has to go, undefined if it goes on */
  #endRound(): Entry<V> | undefined {
    const slot = this.#main.first
    const entry = this.#slots.entries[slot]!
    const stamp = stampOf(entry)
    this.#main.remove(slot)
    if (stamp !== this.#slots.generations[slot]) {
      this.#main.push(slot, stamp)
      return undefined
    }
    if ((entry.meta & VISITED) !== 0) {
      const { current } = this.#main
      entry.meta = (entry.meta & ~HIT_MASK) | (current << STAMP_SHIFT)
      this.#main.push(slot, current)
      return undefined
    }
    this.#index.delete(this.#slots.keys[slot]!)
    return this.#forget(this.#fromMain, entry, 0.5)
  }

  /** Without a look at its merit. */
  #evictNext(): Entry<V> | undefined {
    let slot: number
    if (!this.#main.isEmpty) slot = this.#main.first
    else if (this.#probation.size > 0) slot = this.#probation.first
    else return this.#arrivals.shift()?.[1]
    const entry = this.#slots.entries[slot]!
    this.remove(this.#slots.keys[slot]!, entry)
    return entry
  }

  /** The oldest arrival makes room for newer ones; nothing has to go. */
  #overflow(): void {
    const [key, entry] = this.#arrivals.shift()!
    this.#index.add(key, entry)
    if (this.#isProved(entry)) this.#promote(entry)
    else {
      entry.meta = (entry.meta & ~ARRIVED) | PROBATION
      this.#probation.push(slotOf(entry))
    }
  }

  #isProved(entry: Entry<V>): boolean {
    return stampOf(entry) !== this.#slots.generations[slotOf(entry)]
  }

  #promote(entry: Entry<V>): void {
    const stamp = stampOf(entry)
    entry.meta = (entry.meta & ~0xff) | (stamp << STAMP_SHIFT)
    this.#main.push(slotOf(entry), stamp)
  }

  /** What the coming back of a key tells. @returns whether it has been here of late */
  #learn(hash: number): boolean {
    const [trials, mains] = [this.#fromTrial, this.#fromMain]
    if (trials.capacity === 0 && mains.capacity === 0) return false
    const step = 1 / Math.max(1, this.size)
    if (trials.take(hash)) {
      this.#share = Math.min(
        MOST_SHARE,
        this.#share + step * Math.max(1, mains.size / Math.max(1, trials.size)),
      )
      return true
    }
    if (!mains.take(hash)) return false
    this.#share = Math.max(
      LEAST_SHARE,
      this.#share - step * Math.max(1, trials.size / Math.max(1, mains.size)),
    )
    return true
  }

  #forget(ghosts: Ghosts, entry: Entry<V>, share: number): Entry<V> {
    const wanted = (this.size + 1) * share
    const { capacity } = ghosts
    if (wanted > capacity * 1.2 || wanted < capacity / 2) ghosts.resize(Math.ceil(wanted))
    ghosts.add(this.#slots.hashes[slotOf(entry)]!)
    return entry
  }

  get #arrivalsLimit(): number {
    return Math.min(MAX_ARRIVALS, Math.max(2, this.size * ARRIVALS_SHARE))
  }
}

function stampOf(entry: Entry<unknown>): number {
  return (entry.meta & 0xff) >>> STAMP_SHIFT
}
