import type { CacheFigures } from './cache-figures.ts'
import { MARKS, slotOf, type Entry } from './entry.ts'
import type { HeldValue } from './held-value.ts'
import type { EvictionPolicy } from './policy/eviction-policy.ts'
import { AdaptiveFifo, POLICY_LISTS } from './policy/adaptive-fifo.ts'
import { Slots } from './policy/slots.ts'
import type { RemovalReason } from './removal-reason.ts'

/** Told of each value that is out. */
export type Removed<V> = (
  value: V,
  bytes: number,
  held: HeldValue<V> | undefined,
  reason: RemovalReason,
) => void

/**
 * The entries, their sizes and their limits. Room is made before anything is put in, so that no limit is exceeded for an
 * instant; and nothing of the program's is ever called from here.
 */
export class EntryStore<K, V> {
  readonly slots: Slots<K, V> = new Slots(POLICY_LISTS)
  readonly figures: CacheFigures
  readonly policy: EvictionPolicy<K, V>
  readonly #removed: Removed<V>
  readonly #now: () => number
  readonly #staleMillis: number
  /** By slot; only where values are held. */
  #held: (HeldValue<V> | undefined)[] | undefined
  #sweepAt: number = 0

  constructor(figures: CacheFigures, now: () => number, staleMillis: number, removed: Removed<V>) {
    this.figures = figures
    this.#now = now
    this.#staleMillis = staleMillis
    this.#removed = removed
    this.policy = new AdaptiveFifo(this.slots)
  }

  /** Whether some entry may have a time-out. */
  get isTimed(): boolean {
    return this.slots.expiresAt !== undefined
  }

  get(key: K): Entry<V> | undefined {
    return this.policy.get(key)
  }

  /** Tells the policy of a hit. */
  hit(entry: Entry<V>): void {
    // Most often it is marked so already, and memory that is not written to need not be written back.
    if ((entry.meta & MARKS) !== this.policy.mark) this.policy.hit(entry)
  }

  heldAt(entry: Entry<V>): HeldValue<V> | undefined {
    return this.#held?.[slotOf(entry)]
  }

  hold(entry: Entry<V>, held: HeldValue<V> | undefined): void {
    if (held === undefined && this.#held === undefined) return
    this.#held ??= []
    this.#held[slotOf(entry)] = held
    if (held !== undefined) held.ending.slot = slotOf(entry)
  }

  /** Fresh, stale (for as long as that is allowed), or gone. */
  ageOf(entry: Entry<V>): 'fresh' | 'stale' | 'gone' {
    const expiresAt = this.slots.expiryOf(slotOf(entry))
    if (expiresAt === Infinity) return 'fresh'
    const now = this.#now()
    if (now < expiresAt) return 'fresh'
    return now < expiresAt + this.#staleMillis ? 'stale' : 'gone'
  }

  /** Whether so much could be let in at all. */
  isTooLarge(bytes: number): boolean {
    return bytes > this.figures.maxBytes
  }

  /** Puts in what is not {@link isTooLarge}, of a key that has nothing. @param held the lease of it, with `dispose` */
  add(key: K, value: V, bytes: number, expiresAt: number, held: HeldValue<V> | undefined): void {
    const { figures, slots } = this
    figures.sets++
    this.policy.expect(key)
    this.#makeRoom(1, bytes)
    const entry = slots.take(key, value)
    const slot = slotOf(entry)
    if (bytes !== 0) slots.setBytes(slot, bytes)
    if (expiresAt !== Infinity) slots.setExpiry(slot, expiresAt)
    if (held !== undefined) this.hold(entry, held)
    figures.entries++
    figures.bytes += bytes
    this.policy.add(key, entry)
  }

  /** As {@link add}, in place of what the key has. */
  replace(
    key: K,
    old: Entry<V>,
    value: V,
    bytes: number,
    expiresAt: number,
    held: HeldValue<V> | undefined,
  ): void {
    this.figures.sets++
    this.#leave(old, 'replaced')
    this.figures.entries++
    old.value = value
    this.hold(old, held)
    this.#resizeEntry(key, old, bytes)
    this.slots.setExpiry(slotOf(old), expiresAt)
  }

  /** The same value once more. */
  renew(key: K, entry: Entry<V>, bytes: number, expiresAt: number): void {
    const slot = slotOf(entry)
    const before = this.slots.bytesOf(slot)
    this.figures.bytes -= before
    this.slots.setBytes(slot, 0)
    const held = this.heldAt(entry)
    if (held !== undefined) held.bytes = bytes
    this.#resizeEntry(key, entry, bytes)
    this.slots.setExpiry(slot, expiresAt)
  }

  remove(key: K, entry: Entry<V>, reason: RemovalReason): void {
    this.policy.remove(key, entry)
    this.#gone(entry, reason)
  }

  /** Removes what its slot holds, if its lease is that of `held`. */
  removeAt(slot: number, isIt: (held: HeldValue<V>) => boolean, reason: RemovalReason): void {
    const held = this.#held?.[slot]
    if (held === undefined || !isIt(held)) return
    this.remove(this.slots.keyOf(slot), this.slots.entryOf(slot), reason)
  }

  /** @returns false if there is nothing */
  evict(reason: RemovalReason): boolean {
    const entry = this.policy.evict()
    if (entry === undefined) return false
    this.#gone(entry, reason)
    return true
  }

  /** Evicts until the limits hold, which may have been lowered. */
  fit(): void {
    this.#makeRoom(0, 0)
  }

  removeAll(reason: RemovalReason): void {
    const { slots } = this
    for (let slot = 0; slot < slots.length; slot++) {
      if (!slots.isFree(slot)) this.remove(slots.keyOf(slot), slots.entryOf(slot), reason)
    }
  }

  /** Looks at the next `count` slots, and removes what is gone. @returns how many it removed */
  sweep(count: number): number {
    const { slots } = this
    let removed = 0
    for (let i = Math.min(count, slots.length); i > 0; i--) {
      if (this.#sweepAt >= slots.length) this.#sweepAt = 0
      const slot = this.#sweepAt++
      if (slots.isFree(slot)) continue
      const entry = slots.entryOf(slot)
      if (this.ageOf(entry) !== 'gone') continue
      this.remove(slots.keyOf(slot), entry, 'expired')
      removed++
    }
    return removed
  }

  /** Those that are there now, as long as they are; those whose time is over are left out. */
  *live(): Generator<[K, V], undefined> {
    const { slots } = this
    for (let slot = 0; slot < slots.length; slot++) {
      if (slots.isFree(slot)) continue
      const entry = slots.entryOf(slot)
      if (this.isTimed && this.ageOf(entry) === 'gone') continue
      yield [slots.keyOf(slot), entry.value]
    }
    return undefined
  }

  /** Of an entry that is counted with 0 bytes. */
  #resizeEntry(key: K, entry: Entry<V>, bytes: number): void {
    const { figures, policy, slots } = this
    let isOut = false
    this.hit(entry)
    while (figures.bytes + bytes > figures.maxBytes) {
      const victim = policy.evict()
      if (victim === undefined) break
      // It cannot go to make room for itself.
      if (victim === entry) isOut = true
      else this.#gone(victim, 'bytes')
    }
    if (isOut) {
      policy.expect(key)
      policy.add(key, entry)
    }
    slots.setBytes(slotOf(entry), bytes)
    figures.bytes += bytes
  }

  #gone(entry: Entry<V>, reason: RemovalReason): void {
    this.#leave(entry, reason)
    this.slots.giveBack(slotOf(entry))
  }

  #makeRoom(entries: number, bytes: number): void {
    const { figures } = this
    while (figures.entries + entries > figures.maxEntries || this.slots.isFull) if (!this.evict('size')) break
    while (figures.bytes + bytes > figures.maxBytes) if (!this.evict('bytes')) break
  }

  /** Counts the entry's value out; the entry stays. One whose time is over has expired, whatever makes it leave. */
  #leave(entry: Entry<V>, because: RemovalReason): void {
    const slot = slotOf(entry)
    const reason = this.isTimed && this.ageOf(entry) === 'gone' ? 'expired' : because
    const bytes = this.slots.bytesOf(slot)
    const held = this.#held?.[slot]
    this.figures.entries--
    this.figures.bytes -= bytes
    this.slots.setBytes(slot, 0)
    if (held !== undefined) this.#held![slot] = undefined
    this.#removed(entry.value, bytes, held, reason)
  }
}
