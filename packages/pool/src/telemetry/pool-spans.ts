import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api'
import {
  describeError,
  errorName,
  isLeaseholdError,
  leaseTelemetry,
  safeText,
  warnOnce,
  type SpanMode,
  type TelemetryOptions,
} from '@leasehold/core'
import * as names from './names.generated.ts'

/** An operation that may get a span: opened at once in the mode `all`, else made afterwards if it is to be told. */
export interface Operation {
  readonly name: string
  readonly kind: string
  readonly parent: Context
  readonly links: Link[]
  /** Of an operation whose span is not open. */
  readonly startEpochMillis: number
  readonly span: Span | undefined
}

/** The spans of one pool. An SDK that throws is reported once, never felt. */
export class PoolSpans {
  readonly #poolName: string
  readonly #mode: SpanMode
  readonly #slowMillis: number
  /** One object a kind for ever: SDKs copy what is in it. */
  readonly #attributes: Map<string, Attributes> = new Map()

  constructor(poolName: string, { spans = 'all', slowMillis = 100 }: TelemetryOptions = {}) {
    this.#poolName = safeText(poolName)
    this.#mode = spans
    this.#slowMillis = slowMillis
  }

  /** Whether an operation that is over at once would get a span: only then is it worth beginning one. */
  get isOpenedAtOnce(): boolean {
    return this.#mode === 'all' && leaseTelemetry().tracer() !== undefined
  }

  /** An operation of whoever is current. */
  begin(name: string, kind: string): Operation | undefined {
    return this.#begin(name, kind, context.active(), [])
  }

  /** An operation of nobody's, on behalf of whoever was current in `requester`. */
  beginInBackground(name: string, kind: string, requester: Context): Operation | undefined {
    const asker = trace.getSpanContext(requester)
    return this.#begin(name, kind, ROOT_CONTEXT, asker === undefined ? [] : [{ context: asker }])
  }

  /** Calls `fn` with the operation's span as the current one. */
  within<R>(operation: Operation | undefined, fn: () => R): R {
    const span = operation?.span
    return span === undefined ? fn() : context.with(trace.setSpan(context.active(), span), fn)
  }

  end(operation: Operation | undefined, failed: { error?: unknown } = {}): void {
    if (operation === undefined) return
    const isFailed = 'error' in failed
    guarded(() => {
      const span = operation.span ?? this.#afterwards(operation, isFailed)
      if (span === undefined) return
      if (isFailed && span.isRecording()) {
        span.setAttribute(names.ATTR_ERROR_TYPE, errorTypeOf(failed.error))
        span.setStatus({ code: SpanStatusCode.ERROR, message: describeError(failed.error) })
      }
      span.end()
    })
  }

  #begin(name: string, kind: string, parent: Context, links: Link[]): Operation | undefined {
    if (this.#mode === 'off' || leaseTelemetry().tracer() === undefined) return undefined
    const isOpen = this.#mode === 'all'
    const startEpochMillis = isOpen ? 0 : Date.now()
    const span = isOpen ? guarded(() => this.#open(name, kind, parent, links)) : undefined
    return { name, kind, parent, links, startEpochMillis, span }
  }

  #afterwards(operation: Operation, isFailed: boolean): Span | undefined {
    if (this.#mode === 'all') return undefined
    const isSlow = this.#mode === 'slow' && Date.now() - operation.startEpochMillis >= this.#slowMillis
    const { name, kind, parent, links, startEpochMillis } = operation
    return isFailed || isSlow ? this.#open(name, kind, parent, links, startEpochMillis) : undefined
  }

  #open(name: string, kind: string, parent: Context, links: Link[], startTime?: number): Span | undefined {
    let attributes = this.#attributes.get(kind)
    if (attributes === undefined) {
      attributes = Object.freeze({ [names.ATTR_KIND]: kind, [names.ATTR_NAME]: this.#poolName })
      this.#attributes.set(kind, attributes)
    }
    const start = startTime === undefined ? {} : { startTime }
    return leaseTelemetry()
      .tracer()
      ?.startSpan(name, { kind: SpanKind.INTERNAL, attributes, links, ...start }, parent)
  }
}

function errorTypeOf(error: unknown): string {
  return isLeaseholdError(error) ? error.code : errorName(error)
}

function guarded<R>(fn: () => R): R | undefined {
  try {
    return fn()
  } catch (error) {
    warnOnce('tracing', `the tracing SDK threw: ${describeError(error)}`)
    return undefined
  }
}
