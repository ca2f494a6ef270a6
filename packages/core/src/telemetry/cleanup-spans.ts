import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Attributes, Context, Link, Span, SpanContext, Tracer } from '@opentelemetry/api'
import type { CleanupRun } from '../cleanup-run.ts'
import type { CleanupError } from '../errors.ts'
import type { CleanupOutcome } from '../lease.ts'
import type { LeaseRecord } from '../lease-record.ts'
import { requesterOf } from '../root-scope.ts'
import * as names from './names.generated.ts'
import { isSampledOut } from './sampled-out.ts'
import { guardSdk } from './sdk-guard.ts'
import type { TelemetryHub } from './telemetry-hub.ts'
import { statusMessage } from './status-message.ts'

/** An open span, and the context that has it. */
export interface TracedCleanup {
  readonly span: Span
  readonly context: Context
}

interface Ending {
  readonly outcome: CleanupOutcome
  readonly attempts: number
  readonly elapsedMillis: number
  readonly error: CleanupError | undefined
  readonly errorType: string | undefined
}

/**
 * The span of a cleanup. In mode `all` it is open while the cleanup runs, a child of whoever releases; in
 * `slow` and `errors` it is made afterwards. Background cleanups are roots that link to who asked. Each links
 * to the span that acquired the lease.
 */
export class CleanupSpans {
  readonly #telemetry: TelemetryHub
  /** Who asked for background cleanups that have not begun. */
  readonly #requesters: WeakMap<CleanupRun, SpanContext> = new WeakMap()

  constructor(telemetry: TelemetryHub) {
    this.#telemetry = telemetry
  }

  requested(run: CleanupRun): void {
    run.context = ROOT_CONTEXT
    if (run.record.terms.spans === 'off' || this.#telemetry.tracer() === undefined) return
    const requester = guardSdk('tracing', () => trace.getSpanContext(context.active()))
    if (requester !== undefined) this.#requesters.set(run, requester)
  }

  /** Opens the span of a cleanup about to begin, in mode `all`; the context is the one to call it in. */
  start(record: LeaseRecord): TracedCleanup | undefined {
    if (record.terms.spans !== 'all') return undefined
    const tracer = this.#telemetry.tracer()
    return tracer === undefined ? undefined : this.#traced(tracer, record, context.active(), undefined)
  }

  /** As {@link start}, of a run, which may belong to nobody. */
  startRun(run: CleanupRun): TracedCleanup | undefined {
    const tracer = this.#telemetry.tracer()
    if (tracer === undefined || run.record.terms.spans !== 'all') return undefined
    return this.#traced(tracer, run.record, run.context, this.#requesters.get(run))
  }

  #traced(
    tracer: Tracer,
    record: LeaseRecord,
    parent: Context,
    requester: SpanContext | undefined,
  ): TracedCleanup | undefined {
    return guardSdk('tracing', () => {
      if (isSampledOut(parent)) return undefined
      const span = this.#open(tracer, record, parent, requester)
      return { span, context: trace.setSpan(parent, span) }
    })
  }

  /** Ends the span of a cleanup whose outcome is known, or makes it now if it is one to be told of. */
  end(record: LeaseRecord, open: Span | undefined, ending: Ending): void {
    if (open !== undefined || ending.error !== undefined || record.terms.spans === 'slow') {
      guardSdk('tracing', () => this.#end(open ?? this.#afterwards(record, ending), ending))
    }
  }

  #end(span: Span | undefined, ending: Ending): void {
    if (span === undefined) return
    if (span.isRecording()) {
      span.setAttribute(names.ATTR_CLEANUP_OUTCOME, ending.outcome)
      span.setAttribute(names.ATTR_CLEANUP_ATTEMPTS, ending.attempts)
      if (ending.error !== undefined && ending.errorType !== undefined) {
        span.setAttribute(names.ATTR_ERROR_TYPE, ending.errorType)
        span.setStatus({ code: SpanStatusCode.ERROR, message: statusMessage(ending.error.message) })
      }
    }
    span.end()
  }

  #afterwards(record: LeaseRecord, { elapsedMillis, error }: Ending): Span | undefined {
    const { spans, slowMillis } = record.terms
    if (spans === 'off' || spans === 'all') return undefined
    if (error === undefined && (spans === 'errors' || elapsedMillis < slowMillis)) return undefined
    const tracer = this.#telemetry.tracer()
    if (tracer === undefined) return undefined
    const { run } = record.extras ?? {}
    const requester = run === undefined ? undefined : this.#requesters.get(run)
    return this.#open(tracer, record, run?.context ?? context.active(), requester, Date.now() - elapsedMillis)
  }

  #open(
    tracer: Tracer,
    record: LeaseRecord,
    parent: Context,
    requester: SpanContext | undefined,
    startTime?: number,
  ): Span {
    const { terms, extras } = record
    const attributes: Attributes = {
      [names.ATTR_KIND]: terms.group.kind,
      [names.ATTR_NAME]: terms.group.name,
      [names.ATTR_LEASE_ID]: record.id,
      [names.ATTR_CLEANUP_STRATEGY]: terms.strategy,
    }
    const parentId = trace.getSpanContext(parent)?.spanId
    const links: Link[] = []
    for (const linked of [requester ?? requesterOf(parent), extras?.spanContext]) {
      if (linked === undefined || linked.spanId === parentId) continue
      if (!links.some(link => link.context.spanId === linked.spanId)) links.push({ context: linked })
    }
    const start = startTime === undefined ? {} : { startTime }
    return tracer.startSpan(terms.spanName, { kind: SpanKind.INTERNAL, attributes, links, ...start }, parent)
  }
}
