/**
 * generic-pool's own shape, so that moving over is a changed import: `createPool(factory, options)` with its option
 * names, and a pool that lends raw resources.
 *
 * ```ts
 * import { createPool } from '@leasehold/pool/generic-pool'
 *
 * const pool = createPool({ create: async () => ({}), destroy: async () => {} }, { max: 10, min: 2 })
 * const resource = await pool.acquire()
 * await pool.release(resource)
 * await pool.drain()
 * await pool.clear()
 * ```
 */
import { EventEmitter } from 'node:events'
import type { GenericPoolFactory, GenericPoolOptions } from './generic-pool-options.ts'
import { leaseholdOptions } from './generic-pool-options.ts'
import { createPool as createLeaseholdPool, drainingError, notOwnedBy, type Pool } from './pool.ts'
import type { PoolLease } from './pool-lease.ts'

export type { GenericPoolFactory, GenericPoolOptions } from './generic-pool-options.ts'
export type { DatabaseOptions } from './database-options.ts'
export type { PoolFactory } from './factory.ts'
export type { PoolIdentity } from './pool-identity.ts'
export type { BreakerOptions, PoolOptions } from './pool-options.ts'

/** A pool with generic-pool's methods. What differs is listed in the package's README. */
export class GenericPool<T> extends EventEmitter {
  readonly #pool: Pool<T>
  /** Loans by resource: of equal resources, as many as are out. */
  readonly #loans: Map<T, PoolLease<T>[]> = new Map()
  /** Acquires that have not ended, which a drain lets end. */
  readonly #acquires: Set<Promise<PoolLease<T>>> = new Set()
  #isDraining: boolean = false

  constructor(factory: GenericPoolFactory<T>, options: GenericPoolOptions = {}) {
    super()
    this.#pool = createLeaseholdPool<T>(factory, leaseholdOptions(factory, options))
    this.#pool.on('create', event => {
      if ('error' in event) this.emit('factoryCreateError', event.error)
    })
    this.#pool.on('destroy', event => {
      if ('error' in event) this.emit('factoryDestroyError', event.error)
    })
  }

  /** @throws as `Pool.acquire` (rejects) */
  async acquire(priority?: number): Promise<T> {
    const lease = await this.#acquire(priority)
    const { value } = lease
    const loans = this.#loans.get(value)
    if (loans === undefined) this.#loans.set(value, [lease])
    else loans.push(lease)
    return value
  }

  /** @throws PoolError (rejects) `ERR_POOL_NOT_OWNED` for what is not borrowed from this pool */
  async release(resource: T): Promise<void> {
    await this.#take(resource).release()
  }

  /** @throws PoolError (rejects) `ERR_POOL_NOT_OWNED` for what is not borrowed from this pool */
  async destroy(resource: T): Promise<void> {
    await this.#take(resource).destroy()
  }

  /** Destroys the resource when `fn` fails, as generic-pool does. */
  async use<R>(fn: (resource: T) => R | PromiseLike<R>, priority?: number): Promise<R> {
    const resource = await this.acquire(priority)
    let isBroken = true
    try {
      const result = await fn(resource)
      isBroken = false
      return result
    } finally {
      // The function may have given it back itself.
      if (this.isBorrowedResource(resource)) {
        const lease = this.#take(resource)
        void (isBroken ? lease.destroy() : lease.release())
      }
    }
  }

  isBorrowedResource(resource: T): boolean {
    return this.#loans.has(resource)
  }

  /** Does nothing: a pool keeps its `min` from the start. */
  start(): void {}

  /** Resolves when `min` resources are there; rejects with what `create` failed with. */
  ready(): Promise<void> {
    return this.#pool.warmUp()
  }

  /** Takes no more work, serves who waits already, and resolves when every loan has come back, however long that takes. */
  async drain(): Promise<void> {
    this.#isDraining = true
    while (this.#acquires.size > 0) await Promise.allSettled(this.#acquires)
    for (;;) {
      const { remaining } = await this.#pool.drain({ timeoutMillis: 60_000 })
      if (remaining === 0) return
    }
  }

  /** Destroys what is idle; on a live pool too, which then makes its `min` anew. */
  async clear(): Promise<void> {
    if (this.#isDraining) await this.#pool.drain()
    else await this.#pool.retain(() => false)
  }

  get size(): number {
    return this.#pool.status().size
  }

  get available(): number {
    return this.#pool.status().idle
  }

  get borrowed(): number {
    return this.#pool.status().borrowed
  }

  get pending(): number {
    return this.#pool.status().waiting
  }

  get max(): number {
    return this.#pool.status().max
  }

  get min(): number {
    return this.#pool.status().min
  }

  get spareResourceCapacity(): number {
    const { max, size } = this.#pool.status()
    return max - size
  }

  async #acquire(priority: number | undefined): Promise<PoolLease<T>> {
    if (this.#isDraining) throw drainingError(this.#pool)
    const acquire = this.#pool.acquire((priority ?? undefined) === undefined ? undefined : { priority })
    this.#acquires.add(acquire)
    try {
      return await acquire
    } finally {
      this.#acquires.delete(acquire)
    }
  }

  #take(resource: T): PoolLease<T> {
    const loans = this.#loans.get(resource)
    const lease = loans?.pop()
    if (lease === undefined) throw notOwnedBy(this.#pool)
    if (loans?.length === 0) this.#loans.delete(resource)
    return lease
  }
}

/** @throws ConfigError for an option or a factory that is unknown or wrong */
export function createPool<T>(factory: GenericPoolFactory<T>, options?: GenericPoolOptions): GenericPool<T> {
  return new GenericPool(factory, options)
}
