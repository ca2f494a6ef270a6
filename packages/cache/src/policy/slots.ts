import { MAX_SLOTS, type Entry } from '../entry.ts'

const NONE = -1
const FIRST_CAPACITY = 16

/**
 * What only a miss needs of the entries, as columns: an object for each, with all of this in it, would cost twice the
 * memory and slow every hit. A column that few caches need is there when first used.
 */
export class Slots<K, V> {
  /** How many are in use. */
  used: number = 0
  readonly keys: (K | undefined)[] = []
  readonly entries: (Entry<V> | undefined)[] = []
  /** Neighbours in the queue that the entry is in; of a free slot, `next` is the next free one. */
  next: Int32Array = new Int32Array(FIRST_CAPACITY)
  previous: Int32Array = new Int32Array(FIRST_CAPACITY)
  /** Of the keys: what ghosts are known by. */
  hashes: Uint32Array = new Uint32Array(FIRST_CAPACITY)
  /** For the policy: the generation that the entry came in or is filed under. */
  generations: Uint8Array = new Uint8Array(FIRST_CAPACITY)
  /** Accounted sizes; undefined while all are 0. */
  bytes: Float64Array | undefined
  /** Fresh until then, on the cache's clock; Infinity: for ever. Undefined while all are. */
  expiresAt: Float64Array | undefined
  #free: number = NONE

  get capacity(): number {
    return this.next.length
  }

  get isFull(): boolean {
    return this.used >= MAX_SLOTS
  }

  /** There must be one: see {@link isFull}. */
  take(key: K): number {
    this.used++
    let slot = this.#free
    if (slot === NONE) {
      slot = this.keys.length
      if (slot === this.capacity) this.#grow()
      this.keys.push(key)
      this.entries.push(undefined)
    } else {
      this.#free = this.next[slot]!
      this.keys[slot] = key
    }
    return slot
  }

  giveBack(slot: number): void {
    this.used--
    this.keys[slot] = undefined
    this.entries[slot] = undefined
    if (this.bytes !== undefined) this.bytes[slot] = 0
    if (this.expiresAt !== undefined) this.expiresAt[slot] = Infinity
    this.next[slot] = this.#free
    this.#free = slot
  }

  bytesOf(slot: number): number {
    return this.bytes === undefined ? 0 : this.bytes[slot]!
  }

  setBytes(slot: number, bytes: number): void {
    if (bytes !== 0) this.bytes ??= new Float64Array(this.capacity)
    if (this.bytes !== undefined) this.bytes[slot] = bytes
  }

  expiryOf(slot: number): number {
    return this.expiresAt === undefined ? Infinity : this.expiresAt[slot]!
  }

  setExpiry(slot: number, at: number): void {
    if (at !== Infinity) this.expiresAt ??= new Float64Array(this.capacity).fill(Infinity)
    if (this.expiresAt !== undefined) this.expiresAt[slot] = at
  }

  #grow(): void {
    const capacity = Math.min(MAX_SLOTS, this.capacity * 2)
    this.next = grown(this.next, new Int32Array(capacity))
    this.previous = grown(this.previous, new Int32Array(capacity))
    this.hashes = grown(this.hashes, new Uint32Array(capacity))
    this.generations = grown(this.generations, new Uint8Array(capacity))
    if (this.bytes !== undefined) this.bytes = grown(this.bytes, new Float64Array(capacity))
    if (this.expiresAt !== undefined) {
      this.expiresAt = grown(this.expiresAt, new Float64Array(capacity).fill(Infinity))
    }
  }
}

function grown<T extends Int32Array | Uint32Array | Uint8Array | Float64Array>(from: T, into: T): T {
  into.set(from)
  return into
}
