import type { PoolFactory } from './factory.ts'
import type { PoolOptions } from './pool-options.ts'

/** generic-pool's factory. Its `validate` is asked only with `testOnBorrow` or `testOnReturn`. */
export type GenericPoolFactory<T> = Pick<PoolFactory<T>, 'create' | 'destroy' | 'validate'>

/** generic-pool's options, and any of ours beside them. */
export interface GenericPoolOptions extends PoolOptions {
  /** Has no effect: the newest idle resource is lent first, as `fifo: false` would have it. */
  fifo?: boolean | undefined
  /** Has no effect: any priority from -1000 to 1000 will do. */
  priorityRange?: number | undefined
  /** Has no effect: `min` is made as soon as the pool is. */
  autostart?: boolean | undefined
  /** 0 turns eviction off, as it does there. Otherwise idle resources are looked at once a second. Default 0. */
  evictionRunIntervalMillis?: number | undefined
  /** Has no effect: all idle resources are looked at. */
  numTestsPerEvictionRun?: number | undefined
  /** As `idleTimeoutMillis`, which respects `min` here as this does there. -1: never. */
  softIdleTimeoutMillis?: number | undefined
}

const THEIRS = [
  'fifo',
  'priorityRange',
  'autostart',
  'evictionRunIntervalMillis',
  'numTestsPerEvictionRun',
  'softIdleTimeoutMillis',
] as const

/** generic-pool's defaults: one resource, no time-out but what is asked for, no eviction unless asked for. */
export function leaseholdOptions<T>(
  factory: GenericPoolFactory<T>,
  options: GenericPoolOptions,
): PoolOptions {
  const { evictionRunIntervalMillis = 0, softIdleTimeoutMillis, idleTimeoutMillis, ...rest } = options
  const own: PoolOptions = Object.fromEntries(
    Object.entries(rest).filter(([key]) => !THEIRS.includes(key as (typeof THEIRS)[number])),
  )
  const hasValidate = typeof factory?.validate === 'function'
  const { max = 1, min = 0 } = options
  return {
    ...own,
    max,
    // What is no number is told of as it is.
    min: min > max ? max : min,
    acquireTimeoutMillis: options.acquireTimeoutMillis ?? Infinity,
    maxLifetimeMillis: options.maxLifetimeMillis ?? false,
    breaker: options.breaker ?? false,
    testOnBorrow: options.testOnBorrow === true && hasValidate,
    testOnReturn: options.testOnReturn === true && hasValidate,
    idleTimeoutMillis:
      evictionRunIntervalMillis > 0 ? idleOf(softIdleTimeoutMillis, idleTimeoutMillis) : false,
  }
}

function idleOf(soft: number | undefined, hard: number | false | undefined): number | false {
  const limits = [soft, hard === undefined ? 30_000 : hard].filter(
    (limit): limit is number => typeof limit === 'number' && limit > 0 && limit < 2 ** 31,
  )
  return limits.length === 0 ? false : Math.min(...limits)
}
