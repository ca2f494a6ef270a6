import { isLeaseholdError } from '@leasehold/core'
import type { Pool } from '@leasehold/pool'

export interface PoolLoadOptions<T> {
  readonly pool: Pool<T>
  /** What each loan is for. */
  readonly work: (resource: T) => Promise<unknown>
  /** Whether a resource that failed its work with `error` is destroyed, not returned. */
  readonly isBroken: (error: unknown) => boolean
  readonly workers: number
}

/**
 * Workers that borrow, work and give back without a pause, whatever fails; and what came of every acquire. A test
 * waits for what it has counted, never for a time to pass.
 */
export class PoolLoad<T> {
  /** Acquires that were asked for. */
  asked: number = 0
  /** Loans whose work succeeded, and failed. */
  served: number = 0
  readonly failures: unknown[] = []
  /** What acquires were rejected with. */
  readonly refusals: unknown[] = []
  longestAcquireMillis: number = 0
  largestSize: number = 0
  readonly #options: PoolLoadOptions<T>
  readonly #running: Promise<void>[]
  readonly #watches: Set<() => void> = new Set()
  #isStopped: boolean = false

  constructor(options: PoolLoadOptions<T>) {
    this.#options = options
    this.#running = Array.from({ length: options.workers }, () => this.#work())
  }

  /** Resolves as soon as `isSo`. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const look = (): void => {
        if (!isSo()) return
        this.#watches.delete(look)
        resolve()
      }
      this.#watches.add(look)
      look()
    })
  }

  /** Resolves when more loans have gone well than had before the call. */
  async untilServed(more: number): Promise<void> {
    const before = this.served
    await this.until(() => this.served >= before + more)
  }

  /** Lets every worker finish, and so every acquire end. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#running)
  }

  async #work(): Promise<void> {
    while (!this.#isStopped) {
      await this.#borrow()
      for (const look of this.#watches) look()
      // An acquire that is refused at once would otherwise leave no turn to the sockets.
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  async #borrow(): Promise<void> {
    const { pool, work, isBroken } = this.#options
    const startedAt = performance.now()
    this.asked++
    try {
      const lease = await pool.acquire()
      this.#measure(startedAt)
      try {
        await work(lease.value)
        this.served++
      } catch (error) {
        this.failures.push(error)
        if (isBroken(error)) void lease.destroy()
      }
      // After a destroy nothing is left to release.
      if (lease.state === 'live') await lease.release()
    } catch (error) {
      this.#measure(startedAt)
      this.refusals.push(error)
    }
  }

  #measure(startedAt: number): void {
    this.longestAcquireMillis = Math.max(this.longestAcquireMillis, performance.now() - startedAt)
    this.largestSize = Math.max(this.largestSize, this.#options.pool.status().size)
  }
}

/** The refusals that are neither a typed error of the pool's nor one that `create` itself failed with. */
export function untyped(refusals: readonly unknown[], ofCreate: ReadonlySet<unknown>): unknown[] {
  return refusals.filter(error => !isLeaseholdError(error) && !ofCreate.has(error))
}
