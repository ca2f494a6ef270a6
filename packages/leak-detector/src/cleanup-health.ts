import { describeError, type LeaseRef, type WatchedGroup } from '@leasehold/core'
import type { AlertTrace } from './alert.ts'
import { SuccessWindows } from './success-windows.ts'

const MAX_TRACES = 10

/**
 * How the cleanups of one kind and name do. Only failures are told by the registry; successes are read off its counts,
 * so that they cost nothing.
 */
export class CleanupHealth {
  readonly kind: string
  readonly name: string
  readonly windows: SuccessWindows
  lastFailureAt: number = -Infinity
  /** Since the detector's start. */
  failed: number = 0
  /** Of the last failure, as far as known. */
  stack: string | undefined
  error: string | undefined
  readonly traces: AlertTrace[] = []
  #succeeded: number = 0
  #succeededAtLastFailure: number = 0
  #failuresInARow: number = 0

  constructor(kind: string, name: string, now: number) {
    this.kind = kind
    this.name = name
    this.windows = new SuccessWindows(now)
  }

  /** Without a success in between, or since. */
  get failuresInARow(): number {
    return this.#succeeded === this.#succeededAtLastFailure ? this.#failuresInARow : 0
  }

  add(now: number, succeeded: number, failed: number): void {
    this.#succeeded += succeeded
    this.failed += failed
    this.windows.add(now, succeeded, failed)
  }

  /** The failure itself has been {@link add}ed. */
  noteFailure(now: number, lease: LeaseRef, error: unknown): void {
    this.#failuresInARow = this.failuresInARow + 1
    this.#succeededAtLastFailure = this.#succeeded
    this.lastFailureAt = now
    this.error = error === undefined ? undefined : describeError(error)
    this.stack = lease.site ?? this.stack
    const { spanContext } = lease
    if (spanContext === undefined) return
    if (this.traces.length === MAX_TRACES) this.traces.shift()
    this.traces.push({ traceId: spanContext.traceId, spanId: spanContext.spanId })
  }

  hasRecentFailure(now: number): boolean {
    return now - this.lastFailureAt < RECENT_MILLIS
  }
}

const RECENT_MILLIS = 300_000

/** What a group has counted so far: of these, how many are new is what counts. */
export class CountedGroup {
  readonly group: WatchedGroup
  readonly health: CleanupHealth
  #succeeded: number = 0
  #failed: number = 0

  /** @param fromNow whether what the group has counted so far is none of the detector's business */
  constructor(group: WatchedGroup, health: CleanupHealth, fromNow: boolean) {
    this.group = group
    this.health = health
    if (fromNow) {
      this.#succeeded = succeededOf(group)
      this.#failed = failedOf(group)
    }
  }

  /** Takes in what is new, here and in the `total`. */
  read(now: number, total: CleanupHealth): void {
    const [allSucceeded, allFailed] = [succeededOf(this.group), failedOf(this.group)]
    const [succeeded, failed] = [allSucceeded - this.#succeeded, allFailed - this.#failed]
    if (succeeded === 0 && failed === 0) return
    this.#succeeded = allSucceeded
    this.#failed = allFailed
    this.health.add(now, succeeded, failed)
    total.add(now, succeeded, failed)
  }
}

function succeededOf({ success, forced, forcedByDrain }: WatchedGroup): number {
  return success + forced - forcedByDrain
}

function failedOf({ failure, timeout, abandoned, forcedByDrain }: WatchedGroup): number {
  return failure + timeout + abandoned + forcedByDrain
}
