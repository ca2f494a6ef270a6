import * as v from 'valibot'
import type { CleanupStrategy } from './lease.ts'
import {
  callback,
  checkOptions,
  integerFrom,
  oneOf,
  orFalse,
  positiveMillis,
  rule,
  text,
  type OptionSchema,
} from './option-check.ts'
import { ConfigError } from './errors.ts'
import { telemetrySchema, type TelemetryOptions } from './telemetry/telemetry-options.ts'

/** How one resource is to be held and cleaned up. */
export interface TrackOptions<T> {
  /** What is held. A low-cardinality, dotted name: `file.handle`. */
  kind: string
  /** Whose it is: the pool, the cache, the part of the program. Low cardinality: it names a metric's series. */
  name: string
  /**
   * Cleans the resource up; may be async, may fail, may hang. `signal` aborts when its time is over; it is this
   * cleanup's until that settles, and may then serve another. Called once, or, with `retry`, until it succeeds.
   */
  cleanup(value: T, signal: AbortSignal): unknown
  /**
   * The last resort, synchronous: called when the cleanup hangs, at a forced drain, or as the strategy. A promise that
   * it returns is not waited for. Best one function for all leases of a name: it is given the value.
   */
  force?: ((value: T) => void) | undefined
  /** Default `'immediate'`. `'forced'` needs `force`. */
  strategy?: CleanupStrategy | undefined
  /** For the whole cleanup, retries included. Default: the registry's `cleanupTimeoutMillis` (5,000). */
  timeoutMillis?: number | undefined
  /** Call a rejecting cleanup again, after a back-off (full jitter, 50 ms to 1 s). `attempts` 3 by default. */
  retry?: { idempotent: true; attempts?: number | undefined } | undefined
  /** Held longer, it is overdue; false: never. Default: the registry's (60,000). */
  leakThresholdMillis?: number | false | undefined
  /** Default: the registry's. */
  telemetry?: TelemetryOptions | undefined
  /** The name of the cleanup's span. Default `'lease.cleanup'`. */
  span?: string | undefined
}

export const defaultAttempts = 3

const schema: OptionSchema = v.strictObject({
  kind: text,
  name: text,
  cleanup: callback,
  force: v.optional(callback),
  strategy: v.optional(oneOf('immediate', 'background', 'forced')),
  timeoutMillis: v.optional(positiveMillis),
  retry: v.optional(
    v.strictObject({
      idempotent: rule('true, as only a cleanup that may be called twice can be retried', x => x === true),
      attempts: v.optional(integerFrom(1, 100)),
    }),
  ),
  leakThresholdMillis: v.optional(orFalse(positiveMillis)),
  telemetry: v.optional(telemetrySchema),
  span: v.optional(text),
})

/** @throws ConfigError for the first option that is wrong */
export function checkTrackOptions(options: unknown): void {
  checkOptions('track', schema, options)
  const { strategy, force } = options as TrackOptions<never>
  if (strategy === 'forced' && force === undefined) {
    throw new ConfigError('track', 'force', "a function, as strategy is 'forced'", force)
  }
}
