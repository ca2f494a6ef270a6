import type { Clock } from '@leasehold/core'
import QuickLRU from 'quick-lru'

/** How many failures are remembered at most. */
const MAX = 10_000

interface Rejection {
  readonly error: unknown
  readonly until: number
}

/**
 * Failures of loads that are remembered for a while: whoever asks meanwhile gets them, and no load. They are in a
 * quick-lru without a limit, which is an ordered map then; `test/contract` pins all of its behaviour that this rests on.
 * Its own limit is a soft one, and its time-outs go by the wall clock.
 */
export class Rejections<K> {
  readonly #clock: Clock
  readonly #ttlMillis: number
  readonly #limit: number
  /** In order of their ends, as all last equally long. */
  readonly #byKey: QuickLRU<K, Rejection> = new QuickLRU({ maxSize: Infinity })
  #size: number = 0

  /** @param maxEntries as many failures as values are remembered, within reason */
  constructor(clock: Clock, ttlMillis: number, maxEntries: number) {
    this.#clock = clock
    this.#ttlMillis = ttlMillis
    this.#limit = Math.min(MAX, maxEntries)
  }

  get(key: K): { readonly error: unknown } | undefined {
    if (this.#size === 0) return undefined
    const found = this.#byKey.get(key)
    if (found === undefined || this.#clock.now() < found.until) return found
    this.delete(key)
    return undefined
  }

  add(key: K, error: unknown): void {
    if (this.#ttlMillis === 0) return
    this.delete(key)
    const now = this.#clock.now()
    for (const [oldest, { until }] of this.#byKey) {
      if (until > now && this.#size < this.#limit) break
      this.delete(oldest)
    }
    this.#size++
    this.#byKey.set(key, { error, until: now + this.#ttlMillis })
  }

  delete(key: K): void {
    if (this.#size > 0 && this.#byKey.delete(key)) this.#size--
  }

  clear(): void {
    this.#byKey.clear()
    this.#size = 0
  }
}
