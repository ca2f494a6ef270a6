import * as v from 'valibot'
import {
  checkOptions,
  ConfigError,
  flag,
  integerFrom,
  MemoryPressureMonitor,
  orFalse,
  positiveMillis,
  presetName,
  pressureRule,
  rule,
  type OptionSchema,
  type Preset,
} from '@leasehold/core'
import {
  identityEntries,
  identitySettings,
  ownerOf,
  type IdentitySettings,
  type PoolIdentity,
} from './pool-identity.ts'
import type { CheckedAcquire } from './acquire-options.ts'
import { poolPresets } from './presets.ts'

/** When the pool stops calling a `create` that fails. */
export interface BreakerOptions {
  /** How many creates must fail in a row. Default 5. */
  threshold?: number | undefined
  /** How long until one create is let through again, to see. Default 10,000. */
  halfOpenAfterMillis?: number | undefined
}

/** Options of a pool. All have defaults; those named here are the preset production's. */
export interface PoolOptions extends PoolIdentity {
  /** Defaults to start from. Default `'production'`. */
  preset?: Preset | undefined
  /** At most so many resources, in whatever state. Default 10. */
  max?: number | undefined
  /** At least so many are kept, from the start. Default 0. */
  min?: number | undefined
  /** How many may wait; beyond, `acquire` rejects with `ERR_POOL_QUEUE_FULL`. Default: no limit; 0: nobody waits. */
  maxWaitingClients?: number | undefined
  /** For a whole `acquire`: wait, create and validate together. `Infinity` waits for ever. Default 30,000. */
  acquireTimeoutMillis?: number | undefined
  /** For one `create`. Default 30,000. */
  createTimeoutMillis?: number | undefined
  /** For one `validate`. Default 5,000. */
  validateTimeoutMillis?: number | undefined
  /** For one `reset`. Default: `validateTimeoutMillis`. */
  resetTimeoutMillis?: number | undefined
  /** For one `destroy`; afterwards its slot is free, and it is quarantined. Default 5,000. */
  destroyTimeoutMillis?: number | undefined
  /** Idle longer, a resource is destroyed as long as `min` are left; looked at once a second. Default 60,000. */
  idleTimeoutMillis?: number | false | undefined
  /** Older, less up to a tenth by chance, it is destroyed as soon as it is not in use. Default 1,800,000. */
  maxLifetimeMillis?: number | false | undefined
  /** Lent so often, a resource is destroyed on return. Default: no limit. */
  maxUses?: number | undefined
  /** Whether `validate` is asked before a resource that was idle or in use is handed out. Default false. */
  testOnBorrow?: boolean | undefined
  /** Whether `validate` is asked when a resource comes back. Default false. */
  testOnReturn?: boolean | undefined
  /** Default `{ threshold: 5, halfOpenAfterMillis: 10_000 }`; false: none. */
  breaker?: false | BreakerOptions | undefined
  /**
   * What tells that memory is short: then idle resources go, half of them or all, as long as `min` are left. Default
   * `MemoryPressureMonitor.default`; false: nothing.
   */
  pressure?: MemoryPressureMonitor | false | undefined
}

/** All decided. */
export interface PoolSettings extends IdentitySettings {
  /** As it reads at the head of messages: `pool "orders"`. */
  readonly owner: string
  max: number
  readonly min: number
  readonly maxWaitingClients: number
  readonly acquireTimeoutMillis: number
  /** What an acquire without options of its own is. */
  readonly usualAcquire: CheckedAcquire
  readonly createTimeoutMillis: number
  readonly validateTimeoutMillis: number
  readonly resetTimeoutMillis: number
  readonly destroyTimeoutMillis: number
  /** Infinity: never. */
  readonly idleTimeoutMillis: number
  readonly maxLifetimeMillis: number
  readonly maxUses: number
  readonly testOnBorrow: boolean
  readonly testOnReturn: boolean
  readonly pressure: MemoryPressureMonitor | false
  readonly breaker: false | Required<{ threshold: number; halfOpenAfterMillis: number }>
}

const orInfinity = (expected: string, schema: v.GenericSchema<number>): v.GenericSchema<number> =>
  rule(expected, n => n === Infinity || v.is(schema, n))

export const waitMillis: v.GenericSchema<number> = orInfinity(
  'a number of milliseconds from 1 to 2147483647, or Infinity',
  positiveMillis,
)
export const poolMax: v.GenericSchema<number> = integerFrom(1)

const schema: OptionSchema = v.strictObject({
  preset: v.optional(presetName),
  max: v.optional(poolMax),
  min: v.optional(integerFrom(0)),
  maxWaitingClients: v.optional(orInfinity('an integer >= 0, or Infinity', integerFrom(0))),
  acquireTimeoutMillis: v.optional(waitMillis),
  createTimeoutMillis: v.optional(positiveMillis),
  validateTimeoutMillis: v.optional(positiveMillis),
  resetTimeoutMillis: v.optional(positiveMillis),
  destroyTimeoutMillis: v.optional(positiveMillis),
  idleTimeoutMillis: v.optional(orFalse(positiveMillis)),
  maxLifetimeMillis: v.optional(orFalse(positiveMillis)),
  maxUses: v.optional(orInfinity('an integer >= 1, or Infinity', integerFrom(1))),
  testOnBorrow: v.optional(flag),
  testOnReturn: v.optional(flag),
  // Looked into by checkBreaker.
  breaker: v.optional(rule('an object, or false', () => true)),
  pressure: v.optional(pressureRule),
  ...identityEntries,
})

/** @throws ConfigError for the first option that is wrong */
export function poolSettings(o: PoolOptions, hasValidate: boolean): PoolSettings {
  const owner = ownerOf(o)
  checkBreaker(owner, o)
  checkOptions(owner, schema, o)
  const base = poolPresets[o.preset ?? 'production']
  const max = o.max ?? Math.max(base.max, o.min ?? 0)
  const min = o.min ?? 0
  if (min > max) throw new ConfigError(owner, 'min', `an integer from 0 to max (${max})`, min)
  for (const test of ['testOnBorrow', 'testOnReturn'] as const) {
    if (o[test] === true && !hasValidate) {
      throw new ConfigError(owner, test, 'false, as the factory has no validate()', true)
    }
  }
  const acquireTimeoutMillis = o.acquireTimeoutMillis ?? base.acquireTimeoutMillis
  const validateTimeoutMillis = o.validateTimeoutMillis ?? base.validateTimeoutMillis
  return {
    ...identitySettings(o, base),
    owner,
    max,
    min,
    maxWaitingClients: o.maxWaitingClients ?? base.maxWaitingClients,
    acquireTimeoutMillis,
    usualAcquire: { signal: undefined, timeoutMillis: acquireTimeoutMillis, priority: 0 },
    createTimeoutMillis: o.createTimeoutMillis ?? base.createTimeoutMillis,
    validateTimeoutMillis,
    resetTimeoutMillis: o.resetTimeoutMillis ?? validateTimeoutMillis,
    destroyTimeoutMillis: o.destroyTimeoutMillis ?? base.destroyTimeoutMillis,
    idleTimeoutMillis: orNever(o.idleTimeoutMillis ?? base.idleTimeoutMillis),
    maxLifetimeMillis: orNever(o.maxLifetimeMillis ?? base.maxLifetimeMillis),
    maxUses: o.maxUses ?? Infinity,
    testOnBorrow: o.testOnBorrow ?? false,
    testOnReturn: o.testOnReturn ?? false,
    pressure: o.pressure ?? MemoryPressureMonitor.default,
    breaker: o.breaker === false ? false : { ...base.breaker, ...defined(o.breaker ?? {}) },
  }
}

/** A union's own error would not name the option within. */
function checkBreaker(owner: string, options: unknown): void {
  const breaker = (options as PoolOptions | undefined | null)?.breaker
  if (breaker === undefined || breaker === false) return
  if (typeof breaker !== 'object' || breaker === null || Array.isArray(breaker)) {
    throw new ConfigError(owner, 'breaker', 'an object, or false', breaker)
  }
  checkOptions(owner, breakerSchema, { breaker })
}

const breakerSchema: OptionSchema = v.strictObject({
  breaker: v.strictObject({
    threshold: v.optional(integerFrom(1)),
    halfOpenAfterMillis: v.optional(positiveMillis),
  }),
})

function orNever(millis: number | false): number {
  return millis === false ? Infinity : millis
}

function defined(breaker: BreakerOptions): Partial<{ threshold: number; halfOpenAfterMillis: number }> {
  return Object.fromEntries(Object.entries(breaker).filter(([, value]) => value !== undefined))
}
