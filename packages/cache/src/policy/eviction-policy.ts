import type { Entry } from '../entry.ts'

/**
 * Which entry has to go. It has the entries by key, too. A hit whose entry bears {@link mark} already need not be told:
 * that is how most of them cost nothing.
 */
export interface EvictionPolicy<K, V> {
  /** How many entries there are. */
  readonly size: number
  /** What marks an entry has that was hit just now. */
  readonly mark: number
  get(key: K): Entry<V> | undefined
  /** A hit of an entry that is not marked so. */
  hit(entry: Entry<V>): void
  /** To be told before room is made for what is added next. */
  expect(key: K): void
  /** The key must not be there, and must have been expected. */
  add(key: K, entry: Entry<V>): void
  remove(key: K, entry: Entry<V>): void
  /** Takes out whatever is least worth keeping, after a bounded look. @returns undefined if there is nothing */
  evict(): Entry<V> | undefined
}
