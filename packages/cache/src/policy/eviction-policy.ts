import type { Entry } from '../entry.ts'

/**
 * Which entry has to go. It has the entries by key, too, as where an entry is kept depends on its standing. A hit is
 * told by a mark on the entry alone: nothing is called.
 */
export interface EvictionPolicy<K, V> {
  /** How many entries there are. */
  readonly size: number
  /** What a hit is to mark an entry with. */
  readonly mark: number
  get(key: K): Entry<V> | undefined
  /** The key must not be there. */
  add(key: K, entry: Entry<V>): void
  remove(key: K, entry: Entry<V>): void
  /** Takes out whatever is least worth keeping, after a bounded look. @returns undefined if there is nothing */
  evict(): Entry<V> | undefined
}
