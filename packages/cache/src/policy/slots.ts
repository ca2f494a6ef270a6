import { Entry, MAX_SLOTS } from '../entry.ts'
import { NONE, SlotLists } from './slot-lists.ts'

const FIRST_CAPACITY = 16
/** Of the lists the one of slots that are free; the policy's are those from 1 up. */
const FREE_LIST = 0
/** The key of a slot that is free. */
const FREE: unique symbol = Symbol('free')

/**
 * What only a miss needs of the entries, as columns: an object for each, with all of this in it, would cost twice the
 * memory and slow every hit. A column that few caches need is there when first used.
 */
export class Slots<K, V> {
  /** How many are in use. */
  used: number = 0
  readonly lists: SlotLists
  /** Of the keys: what ghosts are known by. */
  hashes: Uint32Array = new Uint32Array(FIRST_CAPACITY)
  /** For the policy: where the entry is filed. */
  places: Uint8Array = new Uint8Array(FIRST_CAPACITY)
  /** Accounted sizes; undefined while all are 0. */
  bytes: Float64Array | undefined
  /** Fresh until then, on the cache's clock; Infinity: for ever. Undefined while all are. */
  expiresAt: Float64Array | undefined
  readonly #keys: (K | typeof FREE)[] = []
  /** Kept for the slot's next use when it is free. */
  readonly #entries: Entry<V | undefined>[] = []
  #capacity: number = FIRST_CAPACITY

  /** @param lists how many the policy needs */
  constructor(lists: number) {
    this.lists = new SlotLists(1 + lists)
    this.lists.grow(FIRST_CAPACITY)
  }

  /** How many there are, free ones among them. */
  get length(): number {
    return this.#keys.length
  }

  get isFull(): boolean {
    return this.used >= MAX_SLOTS
  }

  /** There must be a slot left: see {@link isFull}. @returns the entry, with no marks */
  take(key: K, value: V): Entry<V> {
    this.used++
    const slot = this.lists.first(FREE_LIST)
    if (slot === NONE) return this.#add(key, value)
    this.lists.remove(slot)
    this.#keys[slot] = key
    const entry = this.#entries[slot] as Entry<V>
    entry.value = value
    return entry
  }

  /** It must be in none of the policy's lists any more. */
  giveBack(slot: number): void {
    this.used--
    this.#keys[slot] = FREE
    this.#entries[slot]!.value = undefined
    if (this.bytes !== undefined) this.bytes[slot] = 0
    if (this.expiresAt !== undefined) this.expiresAt[slot] = Infinity
    this.lists.push(FREE_LIST, slot)
  }

  /** Of a slot that is in use. */
  keyOf(slot: number): K {
    return this.#keys[slot] as K
  }

  /** Of a slot that is in use. */
  entryOf(slot: number): Entry<V> {
    return this.#entries[slot] as Entry<V>
  }

  isFree(slot: number): boolean {
    return this.#keys[slot] === FREE
  }

  bytesOf(slot: number): number {
    return this.bytes === undefined ? 0 : this.bytes[slot]!
  }

  setBytes(slot: number, bytes: number): void {
    if (bytes !== 0) this.bytes ??= new Float64Array(this.#capacity)
    if (this.bytes !== undefined) this.bytes[slot] = bytes
  }

  expiryOf(slot: number): number {
    return this.expiresAt === undefined ? Infinity : this.expiresAt[slot]!
  }

  setExpiry(slot: number, at: number): void {
    if (at !== Infinity) this.expiresAt ??= new Float64Array(this.#capacity).fill(Infinity)
    if (this.expiresAt !== undefined) this.expiresAt[slot] = at
  }

  #add(key: K, value: V): Entry<V> {
    const slot = this.#keys.length
    if (slot === this.#capacity) this.#grow()
    const entry = new Entry(value, slot)
    this.#keys.push(key)
    this.#entries.push(entry)
    return entry
  }

  #grow(): void {
    const capacity = Math.min(MAX_SLOTS, this.#capacity * 2)
    this.#capacity = capacity
    this.lists.grow(capacity)
    this.hashes = grown(this.hashes, new Uint32Array(capacity))
    this.places = grown(this.places, new Uint8Array(capacity))
    if (this.bytes !== undefined) this.bytes = grown(this.bytes, new Float64Array(capacity))
    if (this.expiresAt !== undefined) {
      this.expiresAt = grown(this.expiresAt, new Float64Array(capacity).fill(Infinity))
    }
  }
}

function grown<T extends Uint32Array | Uint8Array | Float64Array>(from: T, into: T): T {
  into.set(from)
  return into
}
