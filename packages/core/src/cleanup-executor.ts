import { context, type Span } from '@opentelemetry/api'
import { BackgroundQueue } from './background-queue.ts'
import { CleanupRun } from './cleanup-run.ts'
import type { Clock } from './clock.ts'
import { DeadlineQueue } from './deadline-queue.ts'
import { CleanupError, isLeaseholdError } from './errors.ts'
import { describeError, errorName, isThenable } from './foreign-value.ts'
import type { CleanupOutcome } from './lease.ts'
import type { LeaseEvents } from './lease-events.ts'
import { ABANDONED, FAILED, RELEASED, RELEASING, TIMED_OUT, type LeaseRecord } from './lease-record.ts'
import type { Force } from './lease-terms.ts'
import type { RegistrySettings } from './presets.ts'
import { SpareSignals } from './spare-signals.ts'
import type { CleanupSpans, TracedCleanup } from './telemetry/cleanup-spans.ts'
import type { LeaseTelemetry } from './telemetry/lease-telemetry.ts'
import { warnOnce } from './warning.ts'

/** What `release()` gives when there is nothing to wait for: shared, as a promise is a third of a release. */
export const SETTLED: Promise<void> = Promise.resolve()

/** Quarantined cleanups kept for a report; beyond, they are only counted. */
const MAX_QUARANTINE = 1_000

/** What a cleanup can end with; an abandoned lease has none. */
export type FinalOutcome = Exclude<CleanupOutcome, 'abandoned'>

const STATES: Readonly<Record<FinalOutcome, number>> = {
  success: RELEASED,
  forced: RELEASED,
  failure: FAILED,
  timeout: TIMED_OUT,
}

/**
 * Ends leases: takes a live record through its cleanup to its one outcome, and does all the accounting of it.
 * A cleanup that is over when it returns, by far the most, goes through without an object, a timer or a
 * promise of its own; every other one gets a {@link CleanupRun}.
 */
export class CleanupExecutor {
  readonly clock: Clock
  readonly deadlines: DeadlineQueue
  readonly events: LeaseEvents
  readonly telemetry: LeaseTelemetry
  settings: RegistrySettings
  /** Not settled, and still of interest: queued, in flight, in grace or quarantined. */
  readonly runs: Set<CleanupRun> = new Set()
  readonly #spans: CleanupSpans
  readonly #gcUnwatch: (record: LeaseRecord) => void
  readonly #background: BackgroundQueue
  readonly signals: SpareSignals = new SpareSignals()
  /** Quarantined ones in `runs`, and those beyond its bound. */
  #quarantined: number = 0
  #uncollected: number = 0

  constructor(
    clock: Clock,
    settings: RegistrySettings,
    parts: {
      events: LeaseEvents
      telemetry: LeaseTelemetry
      spans: CleanupSpans
      gcUnwatch: (record: LeaseRecord) => void
    },
  ) {
    this.clock = clock
    this.settings = settings
    this.events = parts.events
    this.telemetry = parts.telemetry
    this.#spans = parts.spans
    this.#gcUnwatch = parts.gcUnwatch
    this.deadlines = new DeadlineQueue(clock)
    this.#background = new BackgroundQueue(() => this.settings)
  }

  /** Ends a live lease. The record must be live. */
  release(record: LeaseRecord): Promise<void> {
    const now = this.clock.now()
    this.#begin(record, now)
    const { strategy } = record.terms
    if (strategy === 'immediate') return this.#immediate(record, now)
    return strategy === 'background' ? this.#inBackground(record, now) : this.#byForce(record, now)
  }

  #begin(record: LeaseRecord, now: number): void {
    this.leave(record, now)
    record.state = RELEASING
    record.terms.group.releasing++
    if (this.events.release.length > 0) this.#tell('release', record)
  }

  /** Takes a record from among the live ones. */
  leave(record: LeaseRecord, now: number): void {
    const { group, list } = record.terms
    const heldMillis = now - record.time
    list.remove(record)
    if (list.isEmpty) group.emptied(list)
    record.time = heldMillis
    group.live--
    this.#gcUnwatch(record)
    group.held.record(heldMillis / 1_000)
    this.telemetry.fallback?.recordHeld(group, heldMillis / 1_000)
  }

  /** For a run that makes its first attempt itself. */
  began(run: CleanupRun): void {
    const traced = this.#spans.start(run.record, run.context, run)
    if (traced !== undefined) Object.assign(run, traced)
  }

  /** Counts the one outcome of a lease. */
  end(run: CleanupRun, outcome: FinalOutcome, error: CleanupError | undefined): void {
    this.#count(run.record, outcome, run.startedAt, run.attempts, error, run.span)
  }

  /** The handle of a live lease was garbage-collected. Its resource is left alone: the value may be in use. */
  abandon(record: LeaseRecord): void {
    this.leave(record, this.clock.now())
    record.state = ABANDONED
    record.terms.group.abandoned++
    if (this.events.abandoned.length > 0) this.#tell('abandoned', record)
  }

  callForce(record: LeaseRecord, force: Force, value: never): { ok: true } | { ok: false; cause: unknown } {
    try {
      force(value)
      return { ok: true }
    } catch (cause) {
      warnOnce(
        `force:${record.kind}:${record.name}`,
        `force of ${record.kind} "${record.name}" threw: ${describeError(cause)}`,
      )
      return { ok: false, cause }
    }
  }

  /** The cleanup is settled or has been forced: nothing is waited for any more. */
  over(run: CleanupRun): void {
    this.runs.delete(run)
    run.record.forget()
    run.tellOver()
  }

  quarantine(run: CleanupRun): void {
    run.isQuarantined = true
    const { group } = run.record.terms
    group.quarantined++
    if (this.#quarantined < MAX_QUARANTINE) this.#quarantined++
    else if (this.runs.delete(run)) this.#uncollected++
    warnOnce(
      `quarantine:${group.kind}:${group.name}`,
      `a cleanup of ${group.kind} "${group.name}" does not settle; the resource is quarantined`,
    )
  }

  settledLate(run: CleanupRun): void {
    const { group } = run.record.terms
    group.lateSettled++
    if (run.isQuarantined) {
      run.isQuarantined = false
      group.quarantined--
      if (this.runs.has(run)) this.#quarantined--
      else this.#uncollected--
    }
    if (this.events.cleanup.length > 0)
      this.#tell('cleanup', run.record, { late: true, outcome: run.outcome })
  }

  /** Whether there are unsettled cleanups that are only counted. */
  get hasUncollected(): boolean {
    return this.#uncollected > 0
  }

  /** As {@link release}, but not waiting for a turn in the background: the process is about to exit. */
  releaseNow(record: LeaseRecord): void {
    if (record.terms.strategy !== 'background') void this.release(record)
    else {
      const now = this.clock.now()
      this.#begin(record, now)
      this.#run(record, now).start()
    }
  }

  /** Ends a lease by `force`, its own cleanup never called: for a drain, or the process's exit. */
  forceLive(record: LeaseRecord, reason: string): void {
    const now = this.clock.now()
    this.#begin(record, now)
    this.#run(record, now).forceNow(reason)
  }

  #immediate(record: LeaseRecord, startedAt: number): Promise<void> {
    const { cleanup, terms } = record
    const traced = terms.spans === 'all' ? this.#spans.start(record, context.active()) : undefined
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
      this.#succeededAtOnce(record, startedAt, traced?.span)
      return SETTLED
    }
    const run = this.#run(record, startedAt, traced)
    run.follow(result, controller)
    return run.settlement
  }

  #inBackground(record: LeaseRecord, startedAt: number): Promise<void> {
    const run = this.#run(record, startedAt)
    this.#spans.requested(run)
    if (this.#background.offer(run)) {
      record.extras!.settlement = SETTLED
      return SETTLED
    }
    run.start()
    // Awaited, as the queue is full, but as little to be caught as ever.
    return (record.extras!.settlement = run.settlement.catch(() => {}))
  }

  #byForce(record: LeaseRecord, startedAt: number): Promise<void> {
    const traced = this.#spans.start(record, context.active())
    const forced = this.callForce(record, record.terms.force!, record.value as never)
    const error = forced.ok
      ? undefined
      : new CleanupError('ERR_CLEANUP_FAILED', record, {
          what: 'forced cleanup failed',
          strategy: 'forced',
          attempts: 1,
          elapsedMillis: this.clock.now() - startedAt,
          cause: forced.cause,
        })
    this.#count(record, forced.ok ? 'forced' : 'failure', startedAt, 1, error, traced?.span)
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

  /** What {@link #count} does for a success, without all that can only be where something took its time. */
  #succeededAtOnce(record: LeaseRecord, startedAt: number, span: Span | undefined): void {
    const { group, strategy, spans } = record.terms
    const { events, telemetry } = this
    if (
      span !== undefined ||
      spans === 'slow' ||
      events.cleanup.length > 0 ||
      telemetry.fallback !== undefined
    ) {
      this.#count(record, 'success', startedAt, 1, undefined, span)
    } else {
      group.releasing--
      group.success++
      record.state = RELEASED
      group.cleanups[strategy].record((this.clock.now() - startedAt) / 1_000, undefined)
    }
    record.forget()
  }

  #count(
    record: LeaseRecord,
    outcome: FinalOutcome,
    startedAt: number,
    attempts: number,
    error: CleanupError | undefined,
    span: Span | undefined,
  ): void {
    const { group, strategy } = record.terms
    const elapsedMillis = this.clock.now() - startedAt
    group.releasing--
    group[outcome]++
    record.state = STATES[outcome]
    const errorType = error === undefined ? undefined : errorTypeOf(error)
    group.cleanups[strategy].record(elapsedMillis / 1_000, errorType)
    this.telemetry.fallback?.recordCleanup(group, strategy, errorType, elapsedMillis / 1_000)
    this.#spans.end(record, span, { outcome, attempts, elapsedMillis, error, errorType })
    if (this.events.cleanup.length > 0) {
      this.#tell('cleanup', record, {
        outcome,
        strategy,
        attempts,
        elapsedMillis,
        ...(error === undefined ? {} : { error }),
      })
    }
    if (error !== undefined && strategy === 'background') {
      warnOnce(`background:${group.kind}:${group.name}`, `in the background: ${error.message}`)
    }
  }

  #tell(type: 'release' | 'cleanup' | 'abandoned', record: LeaseRecord, more: object = {}): void {
    this.events.emit({
      type,
      id: record.id,
      kind: record.kind,
      name: record.name,
      heldMillis: record.time,
      ...more,
    })
  }
}

/** `error.type` of a failed cleanup: what its own error is called; of a time-out, our code. */
function errorTypeOf(error: CleanupError): string {
  if (!('cause' in error)) return error.code
  const { cause } = error
  return isLeaseholdError(cause) ? cause.code : errorName(cause)
}
