import * as v from 'valibot'
import { ConfigError, LeaseholdError } from './errors.ts'
import type { Lease } from './lease.ts'
import { checkOptions, orFalse, positiveMillis, rule, text, type OptionSchema } from './option-check.ts'
import { ResourceRegistry } from './registry.ts'
import { isRegistry, openScopes, scopedLease } from './registry-internals.ts'
import { ScopeStack } from './scope-stack.ts'
import { suppressed } from './suppressed-error.ts'
import type { TrackOptions } from './track-options.ts'

/** Leases that end together, in the reverse of the order in which they came. */
export interface LeaseScope {
  /**
   * Tracks a resource that the scope's end releases, if nobody does before.
   *
   * @throws LeaseholdError `ERR_SCOPE_CLOSED` after the scope's end; the resource is then the caller's still
   * @throws ConfigError for an option that is unknown or wrong
   */
  track<T>(value: T, options: TrackOptions<T>): Lease<T>
  /**
   * Takes over a lease from elsewhere. @throws LeaseholdError `ERR_SCOPE_CLOSED` @throws ConfigError for no lease
   */
  add<T>(lease: Lease<T>): Lease<T>
  /**
   * Has `fn` called at the scope's end, in its turn; a lease of kind `scope.defer`, so it is counted and has a
   * time-out. In a scope of the program's whole life, give it `leakThresholdMillis: false`: it is held as long.
   *
   * @throws LeaseholdError `ERR_SCOPE_CLOSED`
   * @throws ConfigError for no function, or an option that is unknown or wrong
   */
  defer(fn: (signal: AbortSignal) => unknown, options?: DeferOptions): Lease<undefined>
}

/** Of a function that a scope calls at its end. */
export interface DeferOptions {
  /** The lease's. Default `'deferred'`. */
  name?: string | undefined
  /** As of {@link TrackOptions}. */
  leakThresholdMillis?: number | false | undefined
}

export interface ScopeOptions {
  /** Default: {@link ResourceRegistry.default}. */
  registry?: ResourceRegistry | undefined
}

/** A registry, of whichever copy of this package. */
export const registryRule: v.GenericSchema<ResourceRegistry> = rule('a ResourceRegistry', isRegistry)
const schema: OptionSchema = v.strictObject({ registry: v.optional(registryRule) })
const deferSchema: OptionSchema = v.strictObject({
  name: v.optional(text),
  leakThresholdMillis: v.optional(orFalse(positiveMillis)),
})

/**
 * Runs `fn` with a scope, and at its end, however it ends, releases what the scope holds: last in, first out,
 * each after the one before, a failing one stopping none.
 *
 * @returns what `fn` returned, once every release has settled
 * @throws what `fn` threw; if cleanups failed too, a `SuppressedError` whose `error` is the cleanups' and whose
 *   `suppressed` is the body's
 * @throws CleanupError if one cleanup failed; an `AggregateError` of them if several did
 * @throws ConfigError (rejects) for an option that is unknown or wrong; `fn` is not called then
 */
export async function withScope<R>(
  fn: (scope: LeaseScope) => Promise<R> | R,
  options: ScopeOptions = {},
): Promise<R> {
  checkOptions('withScope', schema, options)
  if (typeof fn !== 'function') throw new ConfigError('withScope', 'fn', 'a function', fn)
  const registry = options.registry ?? ResourceRegistry.default
  const stack = new ScopeStack()
  openScopes(registry).add(stack)
  let result: R
  let failure: { error: unknown } | undefined
  try {
    result = await fn(openScope(registry, stack))
  } catch (error) {
    failure = { error }
  }
  const errors = await stack.end()
  openScopes(registry).delete(stack)
  if (errors.length > 0) {
    const cleanup = errors.length === 1 ? errors[0] : new AggregateError(errors, severalText(errors.length))
    throw failure === undefined ? cleanup : suppressed(cleanup, failure.error)
  }
  if (failure !== undefined) throw failure.error
  return result!
}

function openScope(registry: ResourceRegistry, stack: ScopeStack): LeaseScope {
  const push = <T>(lease: Lease<T>): Lease<T> => {
    stack.push(scopedLease(lease)!)
    return lease
  }
  return {
    track: (value, options) => {
      refuseIfClosed(stack, 'track')
      return push(registry.track(value, options))
    },
    add: lease => {
      if (scopedLease(lease) === undefined) throw new ConfigError('scope.add', 'lease', 'a lease', lease)
      refuseIfClosed(stack, 'add')
      return push(lease)
    },
    defer: (deferred, options = {}) => {
      checkOptions('scope.defer', deferSchema, options)
      if (typeof deferred !== 'function') throw new ConfigError('scope.defer', 'fn', 'a function', deferred)
      refuseIfClosed(stack, 'defer')
      const { name = 'deferred', leakThresholdMillis } = options
      const cleanup = (_: undefined, signal: AbortSignal): unknown => deferred(signal)
      return push(registry.track(undefined, { kind: 'scope.defer', name, cleanup, leakThresholdMillis }))
    },
  }
}

function refuseIfClosed(stack: ScopeStack, what: string): void {
  if (!stack.isEnding) return
  throw new LeaseholdError(
    'ERR_SCOPE_CLOSED',
    `scope.${what} after the scope's end: nothing would release it; await all that uses the scope inside of it`,
  )
}

function severalText(count: number): string {
  return `${count} cleanups of the scope failed`
}
