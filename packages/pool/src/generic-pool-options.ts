import type { PoolFactory } from './factory.ts'
import type { PoolOptions } from './pool-options.ts'

/** generic-pool's factory. Its `validate` is asked only with `testOnBorrow` or `testOnReturn`. */
export type GenericPoolFactory<T> = Pick<PoolFactory<T>, 'create' | 'destroy' | 'validate'>

/**
 * generic-pool's options, and any of ours beside them. As there, `null` is the default, a time-out of 0 is none, and
 * numbers may be written as text.
 */
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
  /** Has no effect: promises are the platform's. */
  Promise?: unknown
}

const THEIRS = [
  'fifo',
  'priorityRange',
  'autostart',
  'evictionRunIntervalMillis',
  'numTestsPerEvictionRun',
  'softIdleTimeoutMillis',
  'Promise',
]

const TIMEOUTS = ['acquireTimeoutMillis', 'destroyTimeoutMillis']
const NUMBERS = [...TIMEOUTS, 'max', 'min', 'maxWaitingClients']

/** generic-pool's defaults: one resource, no time-out but what is asked for, no eviction unless asked for. */
export function leaseholdOptions<T>(factory: GenericPoolFactory<T>, asked: GenericPoolOptions): PoolOptions {
  const options = asTheyRead(asked)
  const { evictionRunIntervalMillis = 0, softIdleTimeoutMillis, idleTimeoutMillis } = options
  const own: PoolOptions = Object.fromEntries(
    Object.entries(options).filter(([key]) => !THEIRS.includes(key)),
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

/** What is no number even so is left for the check of the options. */
function asTheyRead(options: GenericPoolOptions): GenericPoolOptions {
  const read = Object.entries(options ?? {}).map(([key, value]: [string, unknown]) => {
    const isText = typeof value === 'string' && NUMBERS.includes(key) && /^\d+$/.test(value)
    return [key, isText ? Number(value) : value] as const
  })
  return Object.fromEntries(
    read.filter(([key, value]) => value !== null && !(value === 0 && TIMEOUTS.includes(key))),
  )
}

function idleOf(soft: number | undefined, hard: number | false | undefined): number | false {
  const limits = [soft, hard === undefined || hard === 0 ? 30_000 : hard].filter(
    (limit): limit is number => typeof limit === 'number' && limit > 0 && limit < 2 ** 31,
  )
  return limits.length === 0 ? false : Math.min(...limits)
}
