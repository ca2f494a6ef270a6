import * as v from 'valibot'
import { checkOptions, integerFrom, rule, warnOnce, type OptionSchema } from '@leasehold/core'
import { waitMillis, type PoolSettings } from './pool-options.ts'

/** How one acquire is to be. */
export interface AcquireOptions {
  /** Its abort rejects the acquire with `signal.reason`. It has no say over the lease. */
  signal?: AbortSignal | undefined
  /** For the whole acquire; `Infinity` waits for ever. Default: the pool's `acquireTimeoutMillis`. */
  timeoutMillis?: number | undefined
  /** An integer from -1000 to 1000, lower is more urgent; a level is worth a second of waiting. Default 0. */
  priority?: number | undefined
}

/** How one `use` is to be. */
export interface UseOptions extends AcquireOptions {
  /** Whether a resource is destroyed, not returned, when the function throws; may depend on what. Default false. */
  destroyOnError?: boolean | ((error: unknown) => boolean) | undefined
}

/** Of {@link AcquireOptions}, all decided. */
export interface CheckedAcquire {
  readonly signal: AbortSignal | undefined
  readonly timeoutMillis: number
  readonly priority: number
}

const entries = {
  signal: v.optional(rule('an AbortSignal', isSignal)),
  timeoutMillis: v.optional(waitMillis),
  priority: v.optional(integerFrom(-1_000, 1_000)),
}
const acquireSchema: OptionSchema = v.strictObject(entries)
const useSchema: OptionSchema = v.strictObject({
  ...entries,
  destroyOnError: v.optional(
    rule('true, false or a function', d => typeof d === 'function' || typeof d === 'boolean'),
  ),
})

/** @throws ConfigError */
export function checkAcquire(
  settings: PoolSettings,
  options: AcquireOptions | undefined,
  isUse: boolean = false,
): CheckedAcquire {
  if (options === undefined) return settings.usualAcquire
  checkOptions(`${settings.owner}.${isUse ? 'use' : 'acquire'}`, isUse ? useSchema : acquireSchema, options)
  const { signal, timeoutMillis, priority } = options
  return {
    signal,
    timeoutMillis: timeoutMillis ?? settings.acquireTimeoutMillis,
    priority: priority ?? 0,
  }
}

/** Whether what `use` has called has broken its resource by this error. Never throws. */
export function isDestroyedOn(
  error: unknown,
  destroyOnError: NonNullable<UseOptions['destroyOnError']>,
  owner: string,
): boolean {
  if (typeof destroyOnError === 'boolean') return destroyOnError
  try {
    return destroyOnError(error)
  } catch {
    // Whoever cannot tell whether it is broken had better not lend it again.
    warnOnce(`destroyOnError:${owner}`, `${owner}: destroyOnError threw`)
    return true
  }
}

/** Not by `instanceof`: an older program's signals may come from a package. */
function isSignal(signal: unknown): boolean {
  try {
    const s = signal as Partial<AbortSignal> | null
    return (
      typeof s === 'object' &&
      s !== null &&
      typeof s.aborted === 'boolean' &&
      typeof s.addEventListener === 'function' &&
      typeof s.removeEventListener === 'function'
    )
  } catch {
    return false
  }
}
