import { context } from '@opentelemetry/api'
import { BackgroundQueue } from './background-queue.ts'
import { CleanupRun } from './cleanup-run.ts'
import type { Clock } from './clock.ts'
import { DeadlineQueue } from './deadline-queue.ts'
import { isThenable } from './foreign-value.ts'
import type { LeaseAccounts } from './lease-accounts.ts'
import type { LeaseRecord } from './lease-record.ts'
import { OpenRuns } from './open-runs.ts'
import type { RegistrySettings } from './presets.ts'
import { SpareSignals } from './spare-signals.ts'
import type { TracedCleanup } from './telemetry/cleanup-spans.ts'

/** What `release()` gives when there is nothing to wait for: shared, as a promise is a third of a release. */
export const SETTLED: Promise<void> = Promise.resolve()

/** How many cleanups may be called one within the other, each releasing the next, before the stack is unwound. */
const MAX_DEPTH = 256

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
  /** Whose cleanups have been called and have not returned: the outermost first. */
  readonly #onStack: (LeaseRecord | CleanupRun)[] = []
  /** Whose release listeners are being told of, before anything of its cleanup is begun. */
  readonly #beingTold: LeaseRecord[] = []

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
    this.#leave(record, now)
    const { strategy } = record.terms
    if (strategy === 'background') return this.#inBackground(record, now)
    if (strategy === 'immediate' && this.#onStack.length < MAX_DEPTH) return this.#immediate(record, now)
    return this.#start(this.#run(record, now))
  }

  /** As {@link release}, but not waiting for a turn in the background: the process is about to exit. */
  releaseNow(record: LeaseRecord): void {
    if (record.terms.strategy !== 'background') void this.release(record)
    else {
      const now = this.clock.now()
      this.#leave(record, now)
      void this.#start(this.#run(record, now))
    }
  }

  /** Ends a live lease by `force`, its own cleanup never called: for a drain, or the process's exit. */
  forceLive(record: LeaseRecord, reason: string): void {
    const now = this.clock.now()
    this.#leave(record, now)
    this.#run(record, now).forceNow(reason)
  }

  /**
   * Cleans up the resource of an abandoned lease. The lease has had its outcome: nothing more of it is counted,
   * but for a cleanup that hangs.
   *
   * @returns settles with the cleanup
   */
  reclaim(record: LeaseRecord): Promise<void> {
    const run = this.#run(record, this.clock.now())
    run.start()
    return run.settlement
  }

  /** As {@link reclaim}, by `force` where there is one. */
  reclaimNow(record: LeaseRecord, reason: string): void {
    if (record.terms.force === undefined) void this.reclaim(record)
    else this.#run(record, this.clock.now()).forceNow(reason)
  }

  /** What to give for a release from within the lease's own cleanup, before that has returned. */
  reentered(record: LeaseRecord): Promise<void> {
    if (record.terms.strategy === 'background') return SETTLED
    return this.#run(record, this.clock.now()).settlement
  }

  /**
   * Forces those whose cleanups are on the stack, innermost first: one of them has ended the process, and none
   * will go on. If it was a listener, what it was told of is among the runs now.
   */
  forceStack(reason: string): void {
    for (const record of this.#beingTold) this.#run(record, this.clock.now())
    for (let i = this.#onStack.length - 1; i >= 0; i--) {
      const called = this.#onStack[i]!
      if (called instanceof CleanupRun) continue
      const run = (this.#onStack[i] = this.#run(called, this.clock.now()))
      run.isCalled()
      run.forceNow(reason)
    }
  }

  /** Its limits may have been widened. */
  resumeBackground(): void {
    this.#background.resume()
  }

  #leave(record: LeaseRecord, now: number): void {
    const { accounts } = this
    if (accounts.events.lists.release.length === 0) accounts.releasing(record, now)
    else {
      this.#beingTold.push(record)
      accounts.releasing(record, now)
      this.#beingTold.pop()
    }
  }

  #immediate(record: LeaseRecord, startedAt: number): Promise<void> {
    const { cleanup } = record
    const traced = this.accounts.spans.start(record)
    const controller = this.signals.lend(cleanup)
    const { signal } = controller
    const value = record.value as never
    let result: unknown
    let isOver: boolean
    this.#onStack.push(record)
    try {
      result =
        traced === undefined
          ? cleanup(value, signal)
          : context.with(traced.context, cleanup, undefined, value, signal)
      isOver = !isThenable(result)
    } catch (error) {
      const run = this.#runOf(this.#onStack.pop()!, startedAt, traced)
      run.followFailure(error, controller)
      return run.settlement
    }
    const called = this.#onStack.pop()!
    if (isOver && called === record && record.extras?.run === undefined) {
      this.signals.giveBack(controller)
      this.accounts.succeededAtOnce(record, startedAt, traced?.span)
      record.forget()
      return SETTLED
    }
    const run = this.#runOf(called, startedAt, traced)
    run.follow(result, controller)
    return run.settlement
  }

  /** To follow a cleanup that was called before it had a run; it has one if something has asked meanwhile. */
  #runOf(called: LeaseRecord | CleanupRun, startedAt: number, traced: TracedCleanup | undefined): CleanupRun {
    if (called instanceof CleanupRun) return called
    const run = this.#run(called, startedAt)
    run.startedAt = startedAt
    if (traced !== undefined) Object.assign(run, traced)
    return run
  }

  /** At once, but cleanups that release further leases, each within the one before, must not overflow the stack. */
  #start(run: CleanupRun): Promise<void> {
    if (this.#onStack.length < MAX_DEPTH) {
      this.#onStack.push(run)
      run.start()
      this.#onStack.pop()
    } else {
      queueMicrotask(() => {
        if (!run.hasBegun) run.start()
      })
    }
    return run.settlement
  }

  #inBackground(record: LeaseRecord, startedAt: number): Promise<void> {
    const run = this.#run(record, startedAt)
    this.accounts.spans.requested(run)
    if (this.#background.offer(run)) {
      record.extras!.settlement = SETTLED
      return SETTLED
    }
    // Awaited, as the queue is full, but as little to be caught as ever.
    return (record.extras!.settlement = this.#start(run).catch(() => {}))
  }

  /** The record's run, made if need be. */
  #run(record: LeaseRecord, startedAt: number): CleanupRun {
    const extras = (record.extras ??= {})
    if (extras.run !== undefined) return extras.run
    const run = new CleanupRun(this, record, startedAt, context.active())
    this.runs.add(run)
    extras.run = run
    extras.settlement = run.settlement
    return run
  }
}
