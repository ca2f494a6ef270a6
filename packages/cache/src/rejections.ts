import type { Clock } from '@leasehold/core'

/** How many failures are remembered at most. */
const MAX = 10_000

interface Rejection {
  readonly error: unknown
  readonly until: number
}

/** Failures of loads that are remembered for a while: whoever asks meanwhile gets them, and no load. */
export class Rejections<K> {
  readonly #clock: Clock
  readonly #ttlMillis: number
  readonly #limit: number
  /** In order of their ends, as all last equally long. */
  readonly #byKey: Map<K, Rejection> = new Map()

  /** @param maxEntries as many failures as values are remembered, within reason */
  constructor(clock: Clock, ttlMillis: number, maxEntries: number) {
    this.#clock = clock
    this.#ttlMillis = ttlMillis
    this.#limit = Math.min(MAX, maxEntries)
  }

  get(key: K): { readonly error: unknown } | undefined {
    if (this.#byKey.size === 0) return undefined
    const found = this.#byKey.get(key)
    if (found === undefined || this.#clock.now() < found.until) return found
    this.#byKey.delete(key)
    return undefined
  }

  add(key: K, error: unknown): void {
    if (this.#ttlMillis === 0) return
    this.#byKey.delete(key)
    const now = this.#clock.now()
    for (const [oldest, { until }] of this.#byKey) {
      if (until > now && this.#byKey.size < this.#limit) break
      this.#byKey.delete(oldest)
    }
    this.#byKey.set(key, { error, until: now + this.#ttlMillis })
  }

  delete(key: K): void {
    if (this.#byKey.size > 0) this.#byKey.delete(key)
  }

  clear(): void {
    this.#byKey.clear()
  }
}
