import type { SpanContext } from '@opentelemetry/api'

/** How a released resource is cleaned up. */
export type CleanupStrategy =
  /** At once; `release()` settles with it. */
  | 'immediate'
  /** From a bounded queue; `release()` resolves at once and never rejects: failures are counted and reported. */
  | 'background'
  /** By the synchronous `force`, at once. */
  | 'forced'

/** How a lease ended, once and for ever. */
export type CleanupOutcome =
  | 'success'
  /** The cleanup rejected or threw, its retries included. */
  | 'failure'
  /** It did not settle before its deadline, whatever it did later. */
  | 'timeout'
  /** The lease was garbage-collected unreleased. */
  | 'abandoned'
  /** Cleaned up by `force`: as the lease's strategy, or because a drain's deadline came before its own. */
  | 'forced'

export const OUTCOMES: readonly CleanupOutcome[] = ['success', 'failure', 'timeout', 'abandoned', 'forced']
export const STRATEGIES: readonly CleanupStrategy[] = ['immediate', 'background', 'forced']

/** Where a lease is in its life. */
export type LeaseState = 'live' | 'releasing' | 'released' | 'failed' | 'timed_out' | 'abandoned'

/** Something held: it has an owner, a birth and an end. `await using` releases it at the end of its block. */
export interface Lease<T> extends AsyncDisposable {
  /** Unique within its registry, rising. */
  readonly id: number
  /** What is held: `pool.loan`, `mmap.mapping`, or the program's own. Escaped, at most 256 characters. */
  readonly kind: string
  /** Whose it is. Escaped, at most 256 characters. */
  readonly name: string
  /** The resource. @throws LeaseholdError `ERR_LEASE_RELEASED` once released */
  readonly value: T
  readonly state: LeaseState
  /** From acquisition until now, or until the release. */
  readonly heldMillis: number
  /**
   * Leaves an access record: when, and the hint, shown where the lease is reported as leaked. The last 4 are
   * kept. Does nothing once released.
   */
  touch(hint?: string): void
  /**
   * Ends the lease. Idempotent: always the same promise; a second call is counted.
   *
   * Immediate: settles with the cleanup. Background: resolved at once. Forced: settled at once. A rejection
   * that nobody awaits is not fatal to the process: it is counted, and told to `on('cleanup')`.
   *
   * @throws CleanupError (rejects) `ERR_CLEANUP_FAILED` with the cleanup's own error as `cause`, or
   *   `ERR_CLEANUP_TIMEOUT`
   */
  release(): Promise<void>
}

/**
 * The registry's own side of a lease, for the package that tracked it: what `reclaim` takes. It may be kept where the
 * lease itself may not, as it does not hide that the owner has dropped the lease.
 */
export interface LeaseRef {
  readonly id: number
  readonly kind: string
  readonly name: string
  /** Neither released nor found abandoned. */
  readonly isLive: boolean
  /** When it was acquired, on the registry's clock. Only while it is live. */
  readonly acquiredAt: number
  /** Where it was acquired, one frame a line, the program's own first; if it was sampled. */
  readonly site: string | undefined
  /** The span that acquired it, if that is recorded. */
  readonly spanContext: SpanContext | undefined
  /** As it is now: it may be the registry's, or that of who watches it. Infinity: it is never overdue. */
  readonly leakThresholdMillis: number
  /** Its own `leakThresholdMillis` is false: it is no leak, however it is found. */
  readonly mayStay: boolean
  /** From acquisition until `now`, on the registry's clock, or until the release. */
  heldMillis(now: number): number
}
