import { context } from '@opentelemetry/api'
import { BackgroundQueue } from './background-queue.ts'
import { CleanupRun } from './cleanup-run.ts'
import type { Clock } from './clock.ts'
import { DeadlineQueue } from './deadline-queue.ts'
import { CleanupError } from './errors.ts'
import { forceCleanup } from './forced-cleanup.ts'
import { isThenable } from './foreign-value.ts'
import type { LeaseAccounts } from './lease-accounts.ts'
import type { LeaseRecord } from './lease-record.ts'
import { OpenRuns } from './open-runs.ts'
import type { RegistrySettings } from './presets.ts'
import { SpareSignals } from './spare-signals.ts'
import type { TracedCleanup } from './telemetry/cleanup-spans.ts'

/** What `release()` gives when there is nothing to wait for: shared, as a promise is a third of a release. */
export const SETTLED: Promise<void> = Promise.resolve()

/**
 * Takes live leases through their cleanups, by their strategies. A cleanup that is over when it returns, by far
 * the most, goes through without an object, a timer or a promise of its own; every other one gets a
 * {@link CleanupRun}.
 */
export class CleanupExecutor {
  readonly clock: Clock
  readonly accounts: LeaseAccounts
  readonly deadlines: DeadlineQueue
  readonly runs: OpenRuns = new OpenRuns()
  readonly signals: SpareSignals = new SpareSignals()
  settings: RegistrySettings
  readonly #background: BackgroundQueue

  constructor(accounts: LeaseAccounts, settings: RegistrySettings) {
    this.clock = accounts.clock
    this.accounts = accounts
    this.settings = settings
    this.deadlines = new DeadlineQueue(accounts.clock)
    this.#background = new BackgroundQueue(() => this.settings)
  }

  /** Ends a live lease. The record must be live. */
  release(record: LeaseRecord): Promise<void> {
    const now = this.clock.now()
    this.accounts.releasing(record, now)
    const { strategy } = record.terms
    if (strategy === 'immediate') return this.#immediate(record, now)
    return strategy === 'background' ? this.#inBackground(record, now) : this.#byForce(record, now)
  }

  /** As {@link release}, but not waiting for a turn in the background: the process is about to exit. */
  releaseNow(record: LeaseRecord): void {
    if (record.terms.strategy !== 'background') void this.release(record)
    else {
      const now = this.clock.now()
      this.accounts.releasing(record, now)
      this.#run(record, now).start()
    }
  }

  /** Ends a live lease by `force`, its own cleanup never called: for a drain, or the process's exit. */
  forceLive(record: LeaseRecord, reason: string): void {
    const now = this.clock.now()
    this.accounts.releasing(record, now)
    this.#run(record, now).forceNow(reason)
  }

  #immediate(record: LeaseRecord, startedAt: number): Promise<void> {
    const { cleanup } = record
    const traced = this.accounts.spans.start(record)
    const controller = this.signals.lend(cleanup)
    const { signal } = controller
    const value = record.value as never
    let result: unknown
    let isOver: boolean
    try {
      result =
        traced === undefined
          ? cleanup(value, signal)
          : context.with(traced.context, cleanup, undefined, value, signal)
      isOver = !isThenable(result)
    } catch (error) {
      const run = this.#run(record, startedAt, traced)
      run.followFailure(error, controller)
      return run.settlement
    }
    if (isOver) {
      this.signals.giveBack(controller)
      this.accounts.succeededAtOnce(record, startedAt, traced?.span)
      record.forget()
      return SETTLED
    }
    const run = this.#run(record, startedAt, traced)
    run.follow(result, controller)
    return run.settlement
  }

  #inBackground(record: LeaseRecord, startedAt: number): Promise<void> {
    const run = this.#run(record, startedAt)
    this.accounts.spans.requested(run)
    if (this.#background.offer(run)) {
      record.extras!.settlement = SETTLED
      return SETTLED
    }
    run.start()
    // Awaited, as the queue is full, but as little to be caught as ever.
    return (record.extras!.settlement = run.settlement.catch(() => {}))
  }

  #byForce(record: LeaseRecord, startedAt: number): Promise<void> {
    const traced = this.accounts.spans.start(record)
    const forced = forceCleanup(record, record.terms.force!)
    const error = forced.ok
      ? undefined
      : new CleanupError('ERR_CLEANUP_FAILED', record, {
          what: 'by force failed',
          strategy: 'forced',
          attempts: 1,
          elapsedMillis: this.clock.now() - startedAt,
          cause: forced.cause,
        })
    this.accounts.ended(record, forced.ok ? 'forced' : 'failure', {
      startedAt,
      attempts: 1,
      error,
      span: traced?.span,
    })
    record.forget()
    if (error === undefined) return SETTLED
    const settlement = Promise.reject<void>(error)
    settlement.catch(() => {})
    ;(record.extras ??= {}).settlement = settlement
    return settlement
  }

  #run(record: LeaseRecord, startedAt: number, traced?: TracedCleanup): CleanupRun {
    const run = new CleanupRun(this, record, startedAt, traced?.context ?? context.active())
    run.span = traced?.span
    this.runs.add(run)
    const extras = (record.extras ??= {})
    extras.run = run
    extras.settlement = run.settlement
    return run
  }
}
