import type { Span } from '@opentelemetry/api'
import type { Clock } from './clock.ts'
import { isLeaseholdError, type CleanupError } from './errors.ts'
import { errorName } from './foreign-value.ts'
import type { CleanupOutcome } from './lease.ts'
import type { LeaseEvents } from './lease-events.ts'
import { ABANDONED, FAILED, RELEASED, RELEASING, TIMED_OUT, type LeaseRecord } from './lease-record.ts'
import type { LeaseWatcher } from './lease-watch.ts'
import type { CleanupSpans } from './telemetry/cleanup-spans.ts'
import type { TelemetryHub } from './telemetry/telemetry-hub.ts'
import { warnOnce } from './warning.ts'

/** What a cleanup can end with; an abandoned lease has none. */
export type FinalOutcome = Exclude<CleanupOutcome, 'abandoned'>

const STATES: Readonly<Record<FinalOutcome, number>> = {
  success: RELEASED,
  forced: RELEASED,
  failure: FAILED,
  timeout: TIMED_OUT,
}

/** One cleanup whose outcome is known. */
export interface Ended {
  readonly startedAt: number
  readonly attempts: number
  readonly error?: CleanupError | undefined
  readonly span?: Span | undefined
}

/**
 * Every change of a lease's state goes through here: the record, its group's counts, the durations, the spans
 * and the listeners change together, each once. Counts change first, the program's listeners are told last.
 */
export class LeaseAccounts {
  readonly clock: Clock
  readonly events: LeaseEvents
  readonly spans: CleanupSpans
  watcher: LeaseWatcher | undefined
  readonly #telemetry: TelemetryHub
  readonly #gcUnwatch: (record: LeaseRecord) => void

  constructor(
    clock: Clock,
    parts: {
      events: LeaseEvents
      telemetry: TelemetryHub
      spans: CleanupSpans
      gcUnwatch: (record: LeaseRecord) => void
    },
  ) {
    this.clock = clock
    this.events = parts.events
    this.spans = parts.spans
    this.#telemetry = parts.telemetry
    this.#gcUnwatch = parts.gcUnwatch
  }

  /** live → releasing */
  releasing(record: LeaseRecord, now: number): void {
    this.#leave(record, now)
    record.state = RELEASING
    record.terms.group.releasing++
    if (this.events.lists.release.length > 0) this.#tell('release', record)
  }

  /** live → abandoned: its handle was garbage-collected. The resource is left alone, the value may be in use. */
  abandoned(record: LeaseRecord): void {
    this.#leave(record, this.clock.now())
    record.state = ABANDONED
    record.terms.group.abandoned++
    this.watcher?.failed(record, 'abandoned', undefined)
    if (this.events.lists.abandoned.length > 0) this.#tell('abandoned', record)
  }

  /** releasing → success, of a cleanup that was over when it returned. As {@link ended}, without what is not needed. */
  succeededAtOnce(record: LeaseRecord, startedAt: number, span: Span | undefined): void {
    const { group, strategy, spans } = record.terms
    const isTold = this.events.lists.cleanup.length > 0 || this.#telemetry.fallback !== undefined
    if (span !== undefined || spans === 'slow' || isTold) {
      this.ended(record, 'success', { startedAt, attempts: 1, span })
    } else {
      group.releasing--
      group.success++
      record.state = RELEASED
      group.cleanups[strategy].record((this.clock.now() - startedAt) / 1_000, undefined)
    }
  }

  /** releasing → its one outcome. An abandoned lease has had its own: a cleanup of its resource is late. */
  ended(record: LeaseRecord, outcome: FinalOutcome, ending: Ended): void {
    if (record.state === ABANDONED) {
      this.#reclaimed(record, ending)
      return
    }
    const { startedAt, attempts, error, span } = ending
    const { group, strategy } = record.terms
    const elapsedMillis = this.clock.now() - startedAt
    group.releasing--
    group[outcome]++
    record.state = STATES[outcome]
    if (error !== undefined) {
      if (outcome === 'forced') group.forcedByDrain++
      this.watcher?.failed(record, outcome, error)
    }
    const errorType = error === undefined ? undefined : errorTypeOf(error)
    const countedAs = group.cleanups[strategy].record(elapsedMillis / 1_000, errorType)
    this.#telemetry.fallback?.recordCleanup(group, strategy, countedAs, elapsedMillis / 1_000)
    this.spans.end(record, span, { outcome, attempts, elapsedMillis, error, errorType })
    if (this.events.lists.cleanup.length > 0) {
      const failed = error === undefined ? {} : { error }
      this.#tell('cleanup', record, { outcome, strategy, attempts, elapsedMillis, ...failed })
    }
    if (error !== undefined && strategy === 'background') {
      warnOnce(`background:${group.kind}:${group.name}`, `in the background: ${error.message}`)
    }
  }

  /** Its cleanup is over, or has timed out; {@link settledLate} comes where that settles after all. */
  #reclaimed(record: LeaseRecord, { startedAt, attempts, error, span }: Ended): void {
    const { kind, name, terms } = record
    const elapsedMillis = this.clock.now() - startedAt
    const errorType = error === undefined ? undefined : errorTypeOf(error)
    this.spans.end(record, span, { outcome: 'abandoned', attempts, elapsedMillis, error, errorType })
    if (error?.code !== 'ERR_CLEANUP_TIMEOUT') terms.group.lateSettled++
    if (this.events.lists.cleanup.length > 0) {
      const failed = error === undefined ? {} : { error }
      const { strategy } = terms
      this.#tell('cleanup', record, {
        late: true,
        outcome: 'abandoned',
        strategy,
        attempts,
        elapsedMillis,
        ...failed,
      })
    }
    if (error !== undefined) warnOnce(`reclaim:${kind}:${name}`, `of an abandoned lease: ${error.message}`)
  }

  /** After the outcome: changes nothing of it. */
  settledLate(record: LeaseRecord, outcome: FinalOutcome | undefined): void {
    record.terms.group.lateSettled++
    if (this.events.lists.cleanup.length > 0) this.#tell('cleanup', record, { late: true, outcome })
  }

  #leave(record: LeaseRecord, now: number): void {
    const { group, list } = record.terms
    const heldMillis = now - record.time
    list.remove(record)
    if (list.isEmpty) group.emptied(list)
    record.time = heldMillis
    group.live--
    this.#gcUnwatch(record)
    group.held.record(heldMillis / 1_000)
    this.#telemetry.fallback?.recordHeld(group, heldMillis / 1_000)
  }

  #tell(type: 'release' | 'cleanup' | 'abandoned', record: LeaseRecord, more: object = {}): void {
    const { id, kind, name, time } = record
    this.events.emit(type, { type, id, kind, name, heldMillis: time, ...more })
  }
}

/** `error.type` of a failed cleanup: what its own error is called; of a time-out, our code. Never throws. */
function errorTypeOf(error: CleanupError): string {
  try {
    if (!('cause' in error)) return error.code
    const { cause } = error
    return isLeaseholdError(cause) ? cause.code : errorName(cause)
  } catch {
    return 'unreadable'
  }
}
