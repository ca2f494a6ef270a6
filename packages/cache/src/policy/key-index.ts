import type { Entry } from '../entry.ts'
import { roughHash } from '../key-hash.ts'

/** So many keys to a shard, or a 64th of all, whichever is more. */
const SHARD_KEYS = 4_096
/** A directory of at most 4,096 shards: keys that the hash cannot tell apart must not make it grow for ever. */
const MAX_DEPTH = 12

/**
 * Entries by key: many small Maps in place of a large one. A Map of 100,000 keys that comes and go is rehashed every
 * some ten thousand of them, and each time holds up its caller for 5 to 9 ms; here it is a fraction of one. Shards
 * are split one at a time, as they fill (extendible hashing).
 */
export class KeyIndex<K, V> {
  size: number = 0
  /** By the low bits of the hash. A shard that has been split less often than others is there more than once. */
  #shards: Map<K, Entry<V>>[] = [new Map()]
  /** By how many bits of the hash the keys of that shard are told from others'. */
  #depths: number[] = [0]
  #mask: number = 0

  get(key: K): Entry<V> | undefined {
    const mask = this.#mask
    return this.#shards[mask === 0 ? 0 : roughHash(key) & mask]!.get(key)
  }

  /** The key must not be there. */
  add(key: K, entry: Entry<V>): void {
    const at = this.#mask === 0 ? 0 : roughHash(key) & this.#mask
    const shard = this.#shards[at]!
    shard.set(key, entry)
    this.size++
    if (shard.size > SHARD_KEYS && shard.size > this.size >>> 6) this.#split(at)
  }

  /** The key must be there. */
  delete(key: K): void {
    this.#shards[this.#mask === 0 ? 0 : roughHash(key) & this.#mask]!.delete(key)
    this.size--
  }

  #split(at: number): void {
    const depth = this.#depths[at]!
    if (depth === MAX_DEPTH) return
    const bit = 1 << depth
    if (bit > this.#mask) {
      this.#shards = [...this.#shards, ...this.#shards]
      this.#depths = [...this.#depths, ...this.#depths]
      this.#mask = this.#shards.length - 1
    }
    // Both anew: a Map from which half is deleted keeps its size, and memory that is spread wider is slower.
    const low = new Map<K, Entry<V>>()
    const high = new Map<K, Entry<V>>()
    for (const [key, entry] of this.#shards[at]!) ((roughHash(key) & bit) === 0 ? low : high).set(key, entry)
    for (let i = at & (bit - 1); i < this.#shards.length; i += bit) {
      this.#depths[i] = depth + 1
      this.#shards[i] = (i & bit) === 0 ? low : high
    }
  }
}
