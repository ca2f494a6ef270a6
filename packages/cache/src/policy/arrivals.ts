import QuickLRU from 'quick-lru'
import type { Entry } from '../entry.ts'

/**
 * The new arrivals, in their order: a quick-lru. Without a limit it never turns its generations over, so that it drops
 * nothing by itself and its order is that of insertion; `test/contract` pins all of its behaviour that this rests on. It
 * extends Map over an empty one, and must never be seen outside.
 */
export class Arrivals<K, V> {
  size: number = 0
  #store: QuickLRU<K, Entry<V>> = new QuickLRU({ maxSize: Infinity })
  /**
   * A held iteration, by the one of quick-lru's that has no other within. With one generation it is in order, too:
   * what it has yielded has been taken out since, what is added comes after.
   */
  #hand: Iterator<[K, Entry<V>]> | undefined

  get(key: K): Entry<V> | undefined {
    return this.#store.get(key)
  }

  /** The key must not be there. */
  add(key: K, entry: Entry<V>): void {
    this.#store.set(key, entry)
    this.size++
  }

  /** The key must be there. */
  delete(key: K): void {
    this.#store.delete(key)
    this.size--
  }

  /** Takes out the oldest. @returns its key and entry; undefined if there is none */
  shift(): readonly [K, Entry<V>] | undefined {
    // An iteration that has come to its end is over for good.
    for (let attempt = 0; attempt < 2; attempt++) {
      this.#hand ??= this.#store[Symbol.iterator]()
      const { done, value } = this.#hand.next()
      if (done !== true) {
        this.delete(value[0])
        return value
      }
      this.#hand = undefined
    }
    return undefined
  }
}
