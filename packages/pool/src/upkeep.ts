import { inRootScope, type TimerHandle } from '@leasehold/core'
import type { PoolFrame } from './pool-frame.ts'

/** How often resources are looked at, unless a limit is shorter. */
const SWEEP_MILLIS = 1_000
const MIN_SWEEP_MILLIS = 10

/** Waits between attempts to fill the pool up to `min`. */
const FIRST_RETRY_MILLIS = 100
const LONGEST_RETRY_MILLIS = 30_000

/**
 * What is done for nobody in particular: what has idled too long or is too old goes, what idles goes back to
 * generic-pool, and `min` is kept. Its timers never keep the process alive.
 */
export class Upkeep<T> {
  readonly #frame: PoolFrame<T>
  readonly #sweepMillis: number
  #sweep: TimerHandle | undefined
  #retry: TimerHandle | undefined
  #failures: number = 0
  #isStopped: boolean = false

  constructor(frame: PoolFrame<T>) {
    this.#frame = frame
    const { idleTimeoutMillis, maxLifetimeMillis } = frame.settings
    const quarter = Math.min(idleTimeoutMillis, maxLifetimeMillis) / 4
    this.#sweepMillis = Math.max(MIN_SWEEP_MILLIS, Math.min(SWEEP_MILLIS, quarter))
  }

  /** There is something to look at, from time to time. */
  watch(): void {
    if (this.#sweep !== undefined || this.#isStopped) return
    this.#sweep = this.#later(this.#sweepMillis, () => {
      this.#sweep = undefined
      this.#look()
    })
  }

  /** Creates up to `min`, unless the last attempt has failed a moment ago. */
  refill(): void {
    const { counts, settings, creations, isDraining } = this.#frame
    if (this.#isStopped || isDraining || this.#retry !== undefined) return
    while (counts.live < Math.min(settings.min, settings.max) && counts.size < settings.max) {
      if (!creations.breaker.allows()) {
        this.#retryIn(Math.max(creations.breaker.retryAfterMillis, FIRST_RETRY_MILLIS))
        return
      }
      creations.start()
    }
  }

  /**
   * Resolves when `min` resources are there. Does not wait for the next attempt, but makes it.
   *
   * @throws whatever (rejects) a `create` failed with
   * @throws PoolError (rejects) `ERR_POOL_DRAINING`, `ERR_POOL_BREAKER_OPEN`
   */
  async warmUp(): Promise<void> {
    const { counts, settings, creations, errors, all } = this.#frame
    while (counts.live - counts.creating < settings.min) {
      this.#frame.refuseWhenDraining()
      this.#cancelRetry()
      this.refill()
      const underWay = creations.underWay.map(creation => creation.settled)
      if (underWay.length > 0) {
        for (const settled of await Promise.all(underWay)) if (!settled.ok) throw settled.error
        continue
      }
      const ending = [...all].flatMap(({ destroyed }) => (destroyed === undefined ? [] : [destroyed]))
      if (ending.length === 0) throw errors.breakerOpen(creations.breaker.retryAfterMillis, creations.because)
      await Promise.race(ending)
    }
  }

  succeeded(): void {
    this.#failures = 0
  }

  /** A create that nobody waits for has failed: not again at once. */
  failed(): void {
    if (this.#retry !== undefined || this.#isStopped) return
    const millis = Math.min(FIRST_RETRY_MILLIS * 2 ** this.#failures++, LONGEST_RETRY_MILLIS)
    this.#retryIn(millis)
  }

  stop(): void {
    this.#isStopped = true
    if (this.#sweep !== undefined) this.#frame.clock.clearTimeout(this.#sweep)
    this.#sweep = undefined
    this.#cancelRetry()
  }

  #cancelRetry(): void {
    if (this.#retry !== undefined) this.#frame.clock.clearTimeout(this.#retry)
    this.#retry = undefined
  }

  #retryIn(millis: number): void {
    this.#retry = this.#later(millis, () => {
      this.#retry = undefined
      this.refill()
    })
  }

  #look(): void {
    const { all, clock, settings, retirements, counts, idle } = this.#frame
    const now = clock.now()
    for (const resource of all) {
      if (resource.expiresAt > now) continue
      resource.condemned ??= 'lifetime'
      if (resource.state === 'idle') void retirements.retire(resource, 'lifetime')
    }
    for (const resource of idle) {
      const idleMillis = now - (resource.idleSince ??= now)
      if (idleMillis >= settings.idleTimeoutMillis && counts.live > settings.min) {
        void retirements.retire(resource, 'idle')
      } else if (idleMillis > 0 && !resource.isStored) {
        resource.isStored = true
        this.#frame.store.put(resource)
      }
    }
    if (this.#isWorthLooking()) this.watch()
  }

  /** Not while nothing can come of it: everything is stored, and nothing has a limit. */
  #isWorthLooking(): boolean {
    const { all, settings, idle } = this.#frame
    if (all.size > 0 && Math.min(settings.idleTimeoutMillis, settings.maxLifetimeMillis) < Infinity)
      return true
    for (const resource of idle) if (!resource.isStored) return true
    return false
  }

  #later(millis: number, fn: () => void): TimerHandle {
    // Of nobody in particular: not of the request that happened to give something back.
    const timer = inRootScope(() => this.#frame.clock.setTimeout(() => inRootScope(fn), millis))
    const { unref } = Object(timer) as { unref?: unknown }
    if (typeof unref === 'function') unref.call(timer)
    return timer
  }
}
