import { setMarks, slotOf, STAMP_SHIFT, stampOf, VISITED, type Entry } from '../entry.ts'
import { fullHash } from '../key-hash.ts'
import type { EvictionPolicy } from './eviction-policy.ts'
import { FROM_MAIN, FROM_TRIAL, Ghosts } from './ghosts.ts'
import { KeyIndex } from './key-index.ts'
import { GENERATIONS, LruShadow } from './lru-shadow.ts'
import { MainQueue } from './main-queue.ts'
import { NONE } from './slot-lists.ts'
import type { Slots } from './slots.ts'

/** What those on trial may have of all entries: at first, at least and at most. */
const FIRST_SHARE = 0.1
const LEAST_SHARE = 0.01
const MOST_SHARE = 1
/** How fast that is learnt: what one key that comes back moves it by, of one entry. */
const STEP = 0.5
/** How many entries one eviction looks at: then the next one goes, whatever its merit. */
const MAX_LOOKS = 1_024

const TRIAL_LIST = 1
/** How many lists of slots it needs. */
export const POLICY_LISTS: number = 1 + MainQueue.LISTS
/** In a slot's place, beside the generation: it is on trial. */
const ON_TRIAL: number = GENERATIONS

/**
 * S3-FIFO (Yang et al., SOSP '23), made to adapt. New entries come on trial, and are evicted at its end unless they were
 * hit meanwhile: so a scan passes through without harm. Those that were go to the main queue.
 *
 * - How much room the trial gets is learnt, as in ARC (Megiddo and Modha, FAST '03): a key that comes back soon after it
 *   was evicted from its trial says that this was too short, one evicted from the main queue that that is too small. A
 *   fixed tenth loses much where popularity shifts, or all is used twice and no more.
 * - Hits within the generation that an entry came in (as many arrivals as a sixteenth of all entries) do not
 *   prove it: what is asked for twice at once may well be asked for no more.
 * - In the main queue a hit moves nothing either; it leaves its generation on the entry. Whose turn it is to go is put
 *   back to where that says, which is an LRU by the sixteenth, and what was hit has a second round then, as frequency
 *   counts.
 * - Nothing in the main queue goes for the sake of something on trial that was touched before it: so with all room given
 *   to the trial this is an LRU. What an LRU would have had is known (see {@link LruShadow}), and as far as it was better
 *   of late, the trial is given room.
 *
 * `npm run bench -- cache` compares it. All costs are constant: an eviction looks at 1,024 entries at most.
 */
export class AdaptiveFifo<K, V> implements EvictionPolicy<K, V> {
  mark: number = VISITED
  readonly #slots: Slots<K, V>
  readonly #index: KeyIndex<K, V> = new KeyIndex()
  readonly #main: MainQueue
  readonly #ghosts: Ghosts = new Ghosts()
  readonly #shadow: LruShadow = new LruShadow()
  #onTrial: number = 0
  #share: number = FIRST_SHARE
  /** Of what is expected. */
  #hash: number = 0
  #isBack: boolean = false

  constructor(slots: Slots<K, V>) {
    this.#slots = slots
    this.#main = new MainQueue(slots, this.#shadow)
  }

  get size(): number {
    return this.#index.size
  }

  get(key: K): Entry<V> | undefined {
    return this.#index.get(key)
  }

  hit(entry: Entry<V>): void {
    const stamp = stampOf(entry)
    setMarks(entry, this.mark)
    if (stamp !== this.#shadow.current) this.#shadow.hit(stamp, this.#index.size)
  }

  expect(key: K): void {
    this.#hash = fullHash(key)
    this.#isBack = this.#learn(this.#hash)
  }

  add(key: K, entry: Entry<V>): void {
    const slot = slotOf(entry)
    const { current } = this.#shadow
    this.#slots.hashes[slot] = this.#hash
    setMarks(entry, current << STAMP_SHIFT)
    if (this.#isBack) this.#main.push(slot, current)
    else {
      this.#onTrial++
      this.#slots.places[slot] = ON_TRIAL | current
      this.#slots.lists.push(TRIAL_LIST, slot)
    }
    this.#index.add(key, entry)
    if (this.#shadow.arrived(this.#index.size)) {
      this.mark = (this.#shadow.current << STAMP_SHIFT) | VISITED
      this.#main.begin(this.#shadow.current)
    }
  }

  remove(key: K, entry: Entry<V>): void {
    this.#shadow.deleted(stampOf(entry))
    this.#takeOut(key, slotOf(entry))
  }

  evict(): Entry<V> | undefined {
    const { lists } = this.#slots
    const { lead } = this.#shadow
    const room = this.#index.size * (this.#share + (1 - this.#share) * lead)
    // An LRU gives no second round.
    const isSecond = lead < 0.5
    for (let looks = 1; looks < MAX_LOOKS; looks++) {
      const trial = lists.first(TRIAL_LIST)
      const main = this.#main.first()
      if (
        trial !== NONE &&
        (this.#onTrial > room || main === NONE || this.#isOutlived(trial, main, isSecond))
      ) {
        if (!this.#isProved(trial)) return this.#gone(trial, FROM_TRIAL)
        this.#promote(trial)
      } else {
        if (main === NONE) return undefined
        if (!this.#isGoingOn(main, isSecond)) return this.#gone(main, FROM_MAIN)
      }
    }
    const next = this.#main.first()
    return next === NONE ? this.#gone(lists.first(TRIAL_LIST), FROM_TRIAL) : this.#gone(next, FROM_MAIN)
  }

  /** Whether the main queue's first would have to go now, and was touched after the oldest on trial came. */
  #isOutlived(trial: number, main: number, isSecond: boolean): boolean {
    const entry = this.#slots.entryOf(main)
    if (stampOf(entry) !== this.#slots.places[main] || (isSecond && (entry.meta & VISITED) !== 0))
      return false
    return this.#shadow.ageOf(this.#slots.places[trial]! & ~ON_TRIAL) > this.#main.firstAge
  }

  #isProved(slot: number): boolean {
    return stampOf(this.#slots.entryOf(slot)) !== (this.#slots.places[slot]! & ~ON_TRIAL)
  }

  /** From its trial to the main queue, as of its last hit. */
  #promote(slot: number): void {
    const entry = this.#slots.entryOf(slot)
    const stamp = stampOf(entry)
    setMarks(entry, stamp << STAMP_SHIFT)
    this.#onTrial--
    this.#slots.lists.remove(slot)
    this.#main.push(slot, stamp)
  }

  /** Puts the main queue's first back, if it has been hit. */
  #isGoingOn(slot: number, isSecond: boolean): boolean {
    const entry = this.#slots.entryOf(slot)
    const stamp = stampOf(entry)
    if (stamp !== this.#slots.places[slot]) {
      this.#main.move(slot, stamp)
      return true
    }
    if (!isSecond || (entry.meta & VISITED) === 0) return false
    const { current } = this.#shadow
    this.#shadow.renewed(stamp)
    setMarks(entry, current << STAMP_SHIFT)
    this.#main.move(slot, current)
    return true
  }

  /** What the coming back of a key tells. @returns whether it has been here of late */
  #learn(hash: number): boolean {
    const ghosts = this.#ghosts
    const { trialCount, mainCount } = ghosts
    const found = ghosts.take(hash)
    if (found < 0) return false
    const size = Math.max(1, this.#index.size)
    this.#shadow.missed(found & ~FROM_MAIN, size)
    this.#share =
      (found & FROM_MAIN) === 0
        ? Math.min(MOST_SHARE, this.#share + (STEP / size) * Math.max(1, mainCount / Math.max(1, trialCount)))
        : Math.max(
            LEAST_SHARE,
            this.#share - (STEP / size) * Math.max(1, trialCount / Math.max(1, mainCount)),
          )
    return true
  }

  #gone(slot: number, origin: typeof FROM_TRIAL | typeof FROM_MAIN): Entry<V> {
    const ghosts = this.#ghosts
    const { size } = this.#index
    const entry = this.#slots.entryOf(slot)
    if (size > ghosts.capacity * 1.2 || size < ghosts.capacity / 2) ghosts.resize(size)
    ghosts.add(this.#slots.hashes[slot]!, origin, stampOf(entry))
    this.#takeOut(this.#slots.keyOf(slot), slot)
    return entry
  }

  #takeOut(key: K, slot: number): void {
    this.#index.delete(key)
    if ((this.#slots.places[slot]! & ON_TRIAL) === 0) this.#main.remove(slot)
    else {
      this.#onTrial--
      this.#slots.lists.remove(slot)
    }
  }
}
