import * as v from 'valibot'
import type { CleanupError } from './errors.ts'
import type { CleanupOutcome } from './lease.ts'
import type { LeaseInfo } from './lease-info.ts'
import { checkOptions, flag, millis, type OptionSchema } from './option-check.ts'

export interface DrainOptions {
  /** How long to wait for cleanups. Default 10,000; 0 only starts them. */
  timeoutMillis?: number | undefined
  /** Whether to clean up by `force`, where there is one, what is not cleaned up by then. Default false. */
  force?: boolean | undefined
}

/** What a drain did, and what it could not do. */
export interface DrainReport {
  /** Nothing is left, and no cleanup failed, timed out or had to be forced. */
  readonly clean: boolean
  readonly elapsedMillis: number
  /** The outcomes counted while it drained, of the leases acquired before it. */
  readonly outcomes: Readonly<Record<CleanupOutcome, number>>
  /** Of the leases acquired before the drain: still live, or their cleanups not settled and not forced. */
  readonly remaining: number
  /** Those, oldest first, at most 100. */
  readonly leases: readonly LeaseInfo[]
  /** Of cleanups that failed, timed out or were forced by the drain; at most 100. */
  readonly errors: readonly CleanupError[]
}

const schema: OptionSchema = v.strictObject({ timeoutMillis: v.optional(millis), force: v.optional(flag) })

/** @throws ConfigError */
export function drainOptions(options: DrainOptions): { timeoutMillis: number; force: boolean } {
  checkOptions('drain', schema, options)
  return { timeoutMillis: options.timeoutMillis ?? 10_000, force: options.force ?? false }
}
