const BUCKET_MILLIS = 5_000
const SHORT_BUCKETS = 60
const LONG_BUCKETS = 720

/** Cleanups that ended within a window. */
export interface WindowCounts {
  readonly succeeded: number
  readonly failed: number
}

/**
 * How many cleanups succeeded and failed in the last 5 and the last 60 minutes, in buckets of 5 seconds, the current one
 * included. A bucket ends with its last moment: what is read at a boundary happened before it.
 */
export class SuccessWindows {
  readonly #succeeded: Uint32Array = new Uint32Array(LONG_BUCKETS)
  readonly #failed: Uint32Array = new Uint32Array(LONG_BUCKETS)
  /** The number of the current bucket, from the clock's beginning. */
  #current: number
  #short: { succeeded: number; failed: number } = { succeeded: 0, failed: 0 }
  #long: { succeeded: number; failed: number } = { succeeded: 0, failed: 0 }

  constructor(now: number) {
    this.#current = bucketAt(now)
  }

  /** The last 5 minutes, as of the last call of {@link add}. */
  get short(): WindowCounts {
    return this.#short
  }

  /** The last 60 minutes, as of the last call of {@link add}. */
  get long(): WindowCounts {
    return this.#long
  }

  add(now: number, succeeded: number, failed: number): void {
    this.#moveTo(bucketAt(now))
    const at = this.#current % LONG_BUCKETS
    this.#succeeded[at]! += succeeded
    this.#failed[at]! += failed
    for (const window of [this.#short, this.#long]) {
      window.succeeded += succeeded
      window.failed += failed
    }
  }

  #moveTo(bucket: number): void {
    if (bucket - this.#current >= LONG_BUCKETS) {
      this.#succeeded.fill(0)
      this.#failed.fill(0)
      this.#short = { succeeded: 0, failed: 0 }
      this.#long = { succeeded: 0, failed: 0 }
      this.#current = bucket
    }
    while (this.#current < bucket) {
      const next = ++this.#current % LONG_BUCKETS
      this.#forget(this.#long, next)
      this.#succeeded[next] = 0
      this.#failed[next] = 0
      this.#forget(this.#short, (this.#current - SHORT_BUCKETS + LONG_BUCKETS) % LONG_BUCKETS)
    }
  }

  #forget(window: { succeeded: number; failed: number }, bucket: number): void {
    window.succeeded -= this.#succeeded[bucket]!
    window.failed -= this.#failed[bucket]!
  }
}

function bucketAt(now: number): number {
  return Math.max(0, Math.ceil(now / BUCKET_MILLIS) - 1)
}
