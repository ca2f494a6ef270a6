import { ConfigError } from '@leasehold/core'

/**
 * How a pool's resources are made and ended: generic-pool's shape, with signals. Each function may be async; each may
 * throw, reject, hang or answer late: the pool has a time-out for it, and goes on.
 */
export interface PoolFactory<T> {
  /** Makes a resource. `signal` aborts after `createTimeoutMillis`, or when the pool is drained. */
  create(signal: AbortSignal): T | PromiseLike<T>
  /** Ends a resource. `signal` aborts after `destroyTimeoutMillis`. */
  destroy(resource: T, signal: AbortSignal): unknown
  /**
   * Whether a resource is still good, with `testOnBorrow` before it is handed out, with `testOnReturn` when it comes
   * back. Only `true` will do: anything else, a rejection and a time-out mean that it is destroyed.
   */
  validate?(resource: T, signal: AbortSignal): boolean | PromiseLike<boolean>
  /** Makes a returned resource as new. If it fails the resource is destroyed. */
  reset?(resource: T, signal: AbortSignal): unknown
}

type Operation = 'create' | 'destroy' | 'validate' | 'reset'

/** A factory's functions, read once and called as its methods. */
export class FactoryCalls<T> {
  readonly create: (signal: AbortSignal) => unknown
  readonly destroy: (resource: T, signal: AbortSignal) => unknown
  readonly validate: ((resource: T, signal: AbortSignal) => unknown) | undefined
  readonly reset: ((resource: T, signal: AbortSignal) => unknown) | undefined

  /** @throws ConfigError where a function is missing or is none */
  constructor(owner: string, factory: PoolFactory<T>) {
    if ((typeof factory !== 'object' && typeof factory !== 'function') || factory === null) {
      throw new ConfigError(owner, 'factory', 'an object with create() and destroy()', factory)
    }
    this.create = method(owner, factory, 'create', true)!
    this.destroy = method(owner, factory, 'destroy', true)!
    this.validate = method(owner, factory, 'validate', false)
    this.reset = method(owner, factory, 'reset', false)
  }
}

function method<T>(
  owner: string,
  factory: PoolFactory<T>,
  name: Operation,
  isRequired: boolean,
): ((...args: unknown[]) => unknown) | undefined {
  const fn = read(owner, factory, name)
  if (fn === undefined && !isRequired) return undefined
  if (typeof fn !== 'function') throw new ConfigError(owner, `factory.${name}`, 'a function', fn)
  // The length tells whether it takes a signal of its own; a bound function keeps it.
  return fn.bind(factory) as (...args: unknown[]) => unknown
}

function read<T>(owner: string, factory: PoolFactory<T>, name: Operation): unknown {
  try {
    return factory[name]
  } catch (error) {
    throw new ConfigError(owner, `factory.${name}`, 'a function', error)
  }
}
