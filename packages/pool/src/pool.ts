import { checkOptions, ConfigError, isThenable, whenSettled, type OptionSchema } from '@leasehold/core'
import * as v from 'valibot'
import { checkAcquire, isDestroyedOn, type AcquireOptions, type UseOptions } from './acquire-options.ts'
import { Creations } from './creations.ts'
import { Dispatcher } from './dispatcher.ts'
import { FactoryCalls, type PoolFactory } from './factory.ts'
import { checkDrain, drainPool, type PoolDrainOptions, type PoolDrainReport } from './pool-drain.ts'
import type { PoolError, PoolErrors } from './pool-error.ts'
import type { PoolEvents, PoolEventType } from './pool-events.ts'
import { PoolFrame } from './pool-frame.ts'
import type { PoolLease } from './pool-lease.ts'
import { ownerOf } from './pool-identity.ts'
import { poolMax, poolSettings, type PoolOptions } from './pool-options.ts'
import type { PoolStatus } from './pool-status.ts'
import { relievePressure } from './pressure-relief.ts'
import { Retirements } from './retirements.ts'
import { Returns } from './returns.ts'
import { Upkeep } from './upkeep.ts'
import { Validations } from './validations.ts'

/** How many of the idle resources `retain` has kept, and how many it has destroyed. */
export interface RetainReport {
  readonly retained: number
  readonly removed: number
}

let errorsOf: <T>(pool: Pool<T>) => PoolErrors

/** The error for something that is not on loan from `pool`: `ERR_POOL_NOT_OWNED`. */
export function notOwnedBy<T>(pool: Pool<T>): PoolError {
  return errorsOf(pool).notOwned()
}

/** The error for an acquire after the pool's end has begun: `ERR_POOL_DRAINING`. */
export function drainingError<T>(pool: Pool<T>): PoolError {
  return errorsOf(pool).draining()
}

/**
 * A pool that never hangs: each acquire ends in a lease or a typed error within its deadline, strictly in order of
 * arrival. Made by {@link createPool}.
 */
export class Pool<T> {
  readonly #frame: PoolFrame<T>

  static {
    errorsOf = pool => pool.#frame.errors
  }

  /** @throws ConfigError for an option or a factory that is unknown or wrong */
  constructor(factory: PoolFactory<T>, options: PoolOptions = {}) {
    const calls = new FactoryCalls<T>(ownerOf(options), factory)
    const frame = new PoolFrame<T>(poolSettings(options, calls.validate !== undefined), calls)
    this.#frame = frame
    frame.creations = new Creations(frame)
    frame.validations = new Validations(frame)
    frame.returns = new Returns(frame)
    frame.dispatcher = new Dispatcher(frame)
    frame.retirements = new Retirements(frame)
    frame.upkeep = new Upkeep(frame)
    frame.relief = relievePressure(frame)
    // Not at once: whoever makes the pool may want to listen to it first.
    if (frame.settings.min > 0) queueMicrotask(() => frame.upkeep.refill())
  }

  get name(): string {
    return this.#frame.settings.name
  }

  /**
   * Lends a resource: the newest idle one, or a new one, or, when `max` are there, the next that comes back.
   *
   * @throws PoolError (rejects) `ERR_POOL_TIMEOUT`, `ERR_POOL_QUEUE_FULL`, `ERR_POOL_DRAINING`, `ERR_POOL_BREAKER_OPEN`
   * @throws whatever (rejects) `create` failed with, where it was begun for this call; `signal.reason` once aborted
   * @throws ConfigError (rejects) for an option that is unknown or wrong
   */
  acquire(options?: AcquireOptions): Promise<PoolLease<T>> {
    const { dispatcher, settings } = this.#frame
    if (options === undefined) {
      const lease = dispatcher.lendIdle()
      if (lease !== undefined) return Promise.resolve(lease)
    }
    try {
      return dispatcher.acquire(checkAcquire(settings, options))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * Calls `fn` with a resource, which is given back whatever happens: by its end, its throw, its rejection. A `reset`
   * that fails afterwards is counted and told like any failed cleanup, and changes nothing of the result.
   *
   * @throws whatever (rejects) `fn` throws, and as {@link acquire}
   */
  async use<R>(fn: (resource: T) => R | PromiseLike<R>, options?: UseOptions): Promise<R> {
    const { settings, dispatcher } = this.#frame
    if (typeof fn !== 'function') throw new ConfigError(`${settings.owner}.use`, 'fn', 'a function', fn)
    const checked = checkAcquire(settings, options, true)
    const destroyOnError = options?.destroyOnError ?? false
    const lease = await dispatcher.acquire(checked)
    try {
      return await fn(lease.value)
    } catch (error) {
      if (isDestroyedOn(error, destroyOnError, settings.owner)) void lease.destroy()
      throw error
    } finally {
      if (lease.state === 'live') void lease.release()
    }
  }

  /** A snapshot. */
  status(): PoolStatus {
    return this.#frame.status()
  }

  /**
   * Changes `max`. With more, who waits is served at once. With fewer, what is idle goes first, then what comes back;
   * resolves when the idle ones are destroyed.
   *
   * @throws ConfigError (rejects) unless an integer of at least 1 and `min`
   * @throws PoolError (rejects) `ERR_POOL_DRAINING`
   */
  async resize(max: number): Promise<void> {
    const { settings, counts, idle, retirements } = this.#frame
    checkOptions(`${settings.owner}.resize`, resizeSchema, { max })
    if (max < settings.min) {
      throw new ConfigError(`${settings.owner}.resize`, 'max', `an integer >= min (${settings.min})`, max)
    }
    this.#frame.refuseWhenDraining()
    settings.max = max
    const destroyed: Promise<void>[] = []
    while (counts.live > max && idle.oldest !== undefined) {
      destroyed.push(retirements.retire(idle.oldest, 'shrunk'))
    }
    this.#frame.changed()
    await Promise.all(destroyed)
  }

  /**
   * Destroys the idle resources for which `predicate` is not true, and waits for that. If it throws, those not asked
   * about yet are kept.
   *
   * @throws ConfigError (rejects) for a predicate that is no function or not synchronous
   * @throws PoolError (rejects) `ERR_POOL_DRAINING`
   * @throws whatever (rejects) `predicate` throws
   */
  async retain(predicate: (resource: T) => boolean): Promise<RetainReport> {
    const { settings, idle, retirements } = this.#frame
    const owner = `${settings.owner}.retain`
    if (typeof predicate !== 'function') throw new ConfigError(owner, 'predicate', 'a function', predicate)
    this.#frame.refuseWhenDraining()
    const destroyed: Promise<void>[] = []
    let retained = 0
    for (const resource of [...idle]) {
      // The predicate before may have taken it.
      if (resource.state !== 'idle') continue
      const isKept: unknown = predicate(resource.value)
      if (isThenable(isKept)) {
        whenSettled(isKept, nothing, nothing)
        throw new ConfigError(owner, 'predicate', 'synchronous', isKept)
      }
      if (isKept === true) retained++
      else if (resource.state === 'idle') destroyed.push(retirements.retire(resource, 'unretained'))
    }
    await Promise.all(destroyed)
    return { retained, removed: destroyed.length }
  }

  /**
   * Resolves when `min` resources are there. They are made without it too; this tells when, or why not.
   *
   * @throws whatever (rejects) a `create` failed with; the pool goes on trying
   * @throws PoolError (rejects) `ERR_POOL_DRAINING`, `ERR_POOL_BREAKER_OPEN`
   */
  async warmUp(): Promise<void> {
    await this.#frame.upkeep.warmUp()
  }

  /**
   * Ends the pool: who waits is told `ERR_POOL_DRAINING` at once, what is idle is destroyed, what is borrowed as soon
   * as it comes back. Resolves when all is destroyed, or after `timeoutMillis` (10,000); with `force` what is still
   * borrowed then is taken back and destroyed, and its lease's `value` throws. Later returns are destroyed. A create
   * under way is aborted, and waited for a second at most.
   *
   * @throws ConfigError (rejects) for an option that is unknown or wrong
   */
  async drain(options: PoolDrainOptions = {}): Promise<PoolDrainReport> {
    return drainPool(this.#frame, checkDrain(this.#frame.settings.owner, options))
  }

  /**
   * Listens to what happens in the pool. A listener that throws is counted and reported once, never felt.
   *
   * @throws ConfigError for an unknown event, or no function
   */
  on<K extends PoolEventType>(event: K, listener: (event: PoolEvents[K]) => void): Disposable {
    return this.#frame.events.on(event, listener)
  }

  /** Removes `listener`, however often it was added. @throws ConfigError for an unknown event */
  off<K extends PoolEventType>(event: K, listener: (event: PoolEvents[K]) => void): void {
    this.#frame.events.off(event, listener)
  }

  /** How often a listener threw. */
  get listenerErrors(): number {
    return this.#frame.events.errors
  }
}

const resizeSchema: OptionSchema = v.strictObject({ max: poolMax })

const nothing = (): void => {}

/**
 * Makes a pool of what `factory` creates.
 *
 * @throws ConfigError for an option or a factory that is unknown or wrong
 */
export function createPool<T>(factory: PoolFactory<T>, options: PoolOptions = {}): Pool<T> {
  return new Pool(factory, options)
}
