import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Attributes, Context, Link, Span } from '@opentelemetry/api'
import { isLeaseholdError } from '../errors.ts'
import { describeError, errorName } from '../foreign-value.ts'
import { isSampledOut } from './sampled-out.ts'
import { guardSdk } from './sdk-guard.ts'
import { leaseTelemetry, type LeaseTelemetry } from './lease-telemetry.ts'
import { statusMessage } from './status-message.ts'
import type { SpanMode } from './telemetry-options.ts'

/** An operation that may get a span: opened at once in the mode `all`, else made afterwards if it is to be told. */
export interface Operation {
  readonly name: string
  readonly parent: Context
  readonly links: Link[]
  /** Of an operation whose span is not open. */
  readonly startEpochMillis: number
  readonly span: Span | undefined
}

/** The spans of a package's own operations, of one owner: a pool, a cache. An SDK that throws is reported once, never felt. */
export class OperationSpans {
  readonly #attributes: Attributes
  readonly #mode: SpanMode
  readonly #slowMillis: number
  readonly #hub: LeaseTelemetry = leaseTelemetry()

  /** @param attributes those of every span; SDKs copy what is in them */
  constructor(
    attributes: Attributes,
    { spans, slowMillis }: { readonly spans: SpanMode; readonly slowMillis: number },
  ) {
    this.#attributes = Object.freeze({ ...attributes })
    this.#mode = spans
    this.#slowMillis = slowMillis
  }

  /** Whether nothing will come of beginning an operation. */
  get isOff(): boolean {
    return this.#mode === 'off' || this.#hub.tracer() === undefined
  }

  /** An operation of whoever is current: a child of theirs. */
  begin(name: string): Operation | undefined {
    if (this.isOff) return undefined
    const parent = context.active()
    const isOpen = this.#mode === 'all' && guardSdk('tracing', () => isSampledOut(parent)) !== true
    const startEpochMillis = isOpen ? 0 : Date.now()
    const span = isOpen ? guardSdk('tracing', () => this.#open(name, parent, [])) : undefined
    return { name, parent, links: [], startEpochMillis, span }
  }

  /**
   * An operation of nobody's: a root span that links to that of whoever it is done for.
   * @param requester their context. Default: the current one
   */
  beginInBackground(name: string, requester: Context = context.active()): Operation | undefined {
    if (this.isOff) return undefined
    const asker = trace.getSpanContext(requester)
    const isOpen = this.#mode === 'all' && guardSdk('tracing', () => isSampledOut(requester)) !== true
    const links = asker === undefined ? [] : [{ context: asker }]
    const startEpochMillis = Date.now()
    const span = isOpen ? guardSdk('tracing', () => this.#open(name, ROOT_CONTEXT, links)) : undefined
    return { name, parent: ROOT_CONTEXT, links, startEpochMillis, span }
  }

  /** Calls `fn` with the operation's span as the current one. */
  within<R>(operation: Operation | undefined, fn: () => R): R {
    const span = operation?.span
    return span === undefined ? fn() : context.with(trace.setSpan(context.active(), span), fn)
  }

  /** @param more attributes that are known now */
  end(operation: Operation | undefined, failed: { error?: unknown } = {}, more: Attributes = {}): void {
    if (operation === undefined) return
    const isFailed = 'error' in failed
    guardSdk('tracing', () => {
      const span = operation.span ?? this.#afterwards(operation, isFailed)
      if (span === undefined) return
      if (span.isRecording()) {
        span.setAttributes(more)
        if (isFailed) {
          const { error } = failed
          span.setAttribute('error.type', isLeaseholdError(error) ? error.code : errorName(error))
          span.setStatus({ code: SpanStatusCode.ERROR, message: statusMessage(describeError(error)) })
        }
      }
      span.end()
    })
  }

  #afterwards(operation: Operation, isFailed: boolean): Span | undefined {
    if (this.#mode === 'all' || this.#mode === 'off') return undefined
    const { name, parent, links, startEpochMillis } = operation
    const isSlow = this.#mode === 'slow' && Date.now() - startEpochMillis >= this.#slowMillis
    return isFailed || isSlow ? this.#open(name, parent, links, startEpochMillis) : undefined
  }

  #open(name: string, parent: Context, links: Link[], startTime?: number): Span | undefined {
    const start = startTime === undefined ? {} : { startTime }
    const options = { kind: SpanKind.INTERNAL, attributes: this.#attributes, links, ...start }
    return this.#hub.tracer()?.startSpan(name, options, parent)
  }
}
