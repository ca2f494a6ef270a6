import { AsyncResource } from 'node:async_hooks'
import { context, type Context, type Span } from '@opentelemetry/api'
import type { BackgroundTask } from './background-queue.ts'
import type { CleanupExecutor } from './cleanup-executor.ts'
import type { Deadline } from './deadline-queue.ts'
import { CleanupError, type LeaseholdError } from './errors.ts'
import { forceCleanup } from './forced-cleanup.ts'
import { isThenable, whenSettled } from './foreign-value.ts'
import type { FinalOutcome } from './lease-accounts.ts'
import type { LeaseRecord } from './lease-record.ts'
import { retryDelayMillis } from './retry-delay.ts'

type Phase =
  /** Not begun: in the background queue. */
  | 'queued'
  /** An attempt is in flight. */
  | 'running'
  /** Between two attempts. */
  | 'backing-off'
  /** Timed out and aborted: a last chance before force. */
  | 'grace'
  /** Its outcome is known, the cleanup is still not settled. */
  | 'unsettled'
  | 'settled'

/**
 * One cleanup that does not end at once: its attempts, deadline, grace and force, and the promise of its
 * `release()`. Its outcome is counted once, by the executor; whatever the cleanup does after that is late.
 */
export class CleanupRun implements Deadline, BackgroundTask {
  dueAt: number = Infinity
  heapIndex: number = -1
  readonly record: LeaseRecord
  readonly settlement: Promise<void>
  attempts: number = 0
  span: Span | undefined
  /** In which the cleanup is called: whoever releases, also at a retry; for background work, nobody's. */
  context: Context
  isQuarantined: boolean = false
  /** What was counted; undefined until then. */
  outcome: FinalOutcome | undefined
  startedAt: number
  readonly #executor: CleanupExecutor
  #over: Promise<void> | undefined
  #tellOver: (() => void) | undefined
  #phase: Phase = 'queued'
  #controller: AbortController | undefined
  #resolve!: () => void
  #reject!: (error: LeaseholdError) => void
  #done: (() => void) | undefined
  /** The next attempt, in the async context of the one before: timers have another. */
  #resume: (() => void) | undefined

  constructor(executor: CleanupExecutor, record: LeaseRecord, startedAt: number, calledIn: Context) {
    this.#executor = executor
    this.record = record
    this.startedAt = startedAt
    this.context = calledIn
    this.settlement = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  get hasBegun(): boolean {
    return this.#phase !== 'queued'
  }

  get isPending(): boolean {
    return this.#phase === 'queued' || this.#phase === 'running' || this.#phase === 'backing-off'
  }

  /** Settles when the cleanup has settled or been forced; perhaps never. */
  get over(): Promise<void> {
    return (this.#over ??= new Promise(resolve => {
      this.#tellOver = resolve
    }))
  }

  tellOver(): void {
    this.#tellOver?.()
  }

  start(done?: () => void): void {
    this.#done = done
    this.#begin()
    if (this.record.terms.strategy === 'forced') this.#forceAsAsked()
    else this.#attempt()
  }

  #begin(): void {
    this.startedAt = this.#executor.clock.now()
    const traced = this.#executor.accounts.spans.startRun(this)
    if (traced !== undefined) Object.assign(this, traced)
  }

  /** The executor has called the cleanup, which has not returned. */
  isCalled(): void {
    this.#phase = 'running'
  }

  /** Goes on with a first attempt that the executor has made itself, and that is not over. */
  follow(result: unknown, controller: AbortController): void {
    this.#called(controller)
    this.#await(result)
  }

  /** Goes on after a first attempt that threw. */
  followFailure(error: unknown, controller: AbortController): void {
    this.#called(controller)
    this.#rejected(error)
  }

  #called(controller: AbortController): void {
    this.attempts = 1
    this.#controller = controller
    if (this.#phase === 'queued') this.#phase = 'running'
  }

  /** Its moment: the deadline, the end of a back-off, or the end of the grace. */
  due(now: number): void {
    if (this.#phase === 'backing-off') this.#resume!()
    else if (this.#phase === 'running') this.#timedOut(now)
    else this.#outOfGrace()
  }

  /**
   * Cleans up by `force`, now, if there is one and the cleanup is not settled: for a drain whose deadline has
   * come, or the process's exit. An outcome that is already counted stays.
   */
  forceNow(reason: string): void {
    const { record } = this
    const { force, strategy } = record.terms
    if (force === undefined || this.#phase === 'settled' || this.#phase === 'unsettled') return
    if (this.#phase === 'queued') {
      if (strategy === 'forced') return this.start()
      this.#begin()
    }
    const wasPending = this.isPending
    // Waiting, for its turn or between two attempts, there is nothing that could still settle.
    const isInFlight = this.#phase === 'running' || this.#phase === 'grace'
    this.#executor.deadlines.remove(this)
    this.#phase = isInFlight ? 'unsettled' : 'settled'
    const forced = forceCleanup(record, force)
    if (wasPending) {
      if (forced.ok) this.#end('forced', this.#error('ERR_CLEANUP_TIMEOUT', reason))
      else this.#end('failure', this.#error('ERR_CLEANUP_FAILED', 'by force failed', forced))
    }
    if (forced.ok || !isInFlight) this.#executor.runs.over(this)
    else this.#executor.runs.quarantine(this)
    // After the abort nothing of ours depends on the cleanup; it may still end by itself, late.
    this.#controller?.abort(this.#error('ERR_CLEANUP_TIMEOUT', reason))
  }

  /** The lease's own strategy: no deadline has passed, so it is no error. */
  #forceAsAsked(): void {
    this.attempts = 1
    this.#phase = 'settled'
    const forced = forceCleanup(this.record, this.record.terms.force!)
    if (forced.ok) this.#end('forced', undefined)
    else this.#end('failure', this.#error('ERR_CLEANUP_FAILED', 'by force failed', forced))
    this.#executor.runs.over(this)
  }

  #attempt(): void {
    this.#phase = 'running'
    this.attempts++
    const { record } = this
    const controller = (this.#controller ??= this.#executor.signals.lend(record.cleanup))
    let result: unknown
    let isOver: boolean
    try {
      const { signal } = controller
      result = context.with(this.context, record.cleanup, undefined, record.value as never, signal)
      isOver = !isThenable(result)
    } catch (error) {
      this.#rejected(error)
      return
    }
    if (isOver) this.#fulfilled()
    else this.#await(result)
  }

  #await(result: unknown): void {
    const { deadlines } = this.#executor
    if (this.#phase === 'running') {
      deadlines.remove(this)
      deadlines.add(this, this.startedAt + this.record.terms.timeoutMillis)
    }
    whenSettled(
      result,
      () => this.#fulfilled(),
      error => this.#rejected(error),
    )
  }

  #fulfilled(): void {
    if (this.#phase === 'running') this.#settle('success', undefined)
    else this.#late()
  }

  #rejected(cause: unknown): void {
    if (this.#phase !== 'running') {
      this.#late()
      return
    }
    const { terms } = this.record
    const now = this.#executor.clock.now()
    const retryAt = now + retryDelayMillis(this.attempts)
    if (this.attempts < terms.attempts && retryAt < this.startedAt + terms.timeoutMillis) {
      this.#phase = 'backing-off'
      this.#resume = AsyncResource.bind(() => this.#again(cause))
      this.#executor.deadlines.remove(this)
      this.#executor.deadlines.add(this, retryAt)
      return
    }
    this.#failed(cause)
  }

  /** Another attempt, if the loop has not been held up so long that there is no time for one. */
  #again(cause: unknown): void {
    const { timeoutMillis } = this.record.terms
    if (this.#executor.clock.now() < this.startedAt + timeoutMillis) this.#attempt()
    else this.#failed(cause)
  }

  #failed(cause: unknown): void {
    const tries = this.attempts === 1 ? '' : ` after ${this.attempts} attempts`
    this.#settle('failure', this.#error('ERR_CLEANUP_FAILED', `failed${tries}`, { cause }))
  }

  #settle(outcome: 'success' | 'failure', error: CleanupError | undefined): void {
    this.#executor.deadlines.remove(this)
    this.#phase = 'settled'
    if (this.#controller !== undefined) this.#executor.signals.giveBack(this.#controller)
    this.#end(outcome, error)
    this.#executor.runs.over(this)
  }

  #timedOut(now: number): void {
    this.#phase = 'grace'
    const { terms } = this.record
    const error = this.#error('ERR_CLEANUP_TIMEOUT', `timed out after ${terms.timeoutMillis} ms`)
    // Counted, and the caller told, before any code of the program's runs again.
    this.#end('timeout', error)
    this.#executor.deadlines.add(this, now + this.#executor.settings.cleanupGraceMillis)
    this.#controller?.abort(error)
  }

  #outOfGrace(): void {
    this.#phase = 'unsettled'
    const { record } = this
    const { force } = record.terms
    const isForced = force !== undefined && forceCleanup(record, force).ok
    if (isForced) this.#executor.runs.over(this)
    else this.#executor.runs.quarantine(this)
  }

  /** Settled after its outcome was counted. */
  #late(): void {
    this.#executor.deadlines.remove(this)
    this.#phase = 'settled'
    this.#executor.runs.release(this)
    this.#executor.accounts.settledLate(this.record, this.outcome)
    this.#executor.runs.over(this)
  }

  #end(outcome: FinalOutcome, error: CleanupError | undefined): void {
    this.outcome = outcome
    const { record, startedAt, attempts, span } = this
    this.#executor.accounts.ended(record, outcome, { startedAt, attempts, error, span })
    if (error === undefined) this.#resolve()
    else {
      // A release that nobody awaits must not end the process: its failure is counted and told already.
      this.settlement.catch(() => {})
      this.#reject(error)
    }
    const done = this.#done
    this.#done = undefined
    done?.()
  }

  #error(
    code: 'ERR_CLEANUP_FAILED' | 'ERR_CLEANUP_TIMEOUT',
    what: string,
    because?: { cause?: unknown },
  ): CleanupError {
    return new CleanupError(code, this.record, {
      what,
      strategy: this.record.terms.strategy,
      attempts: this.attempts,
      elapsedMillis: this.#executor.clock.now() - this.startedAt,
      ...(because !== undefined && 'cause' in because ? { cause: because.cause } : {}),
    })
  }
}
