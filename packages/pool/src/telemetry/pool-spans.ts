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
  type SpanOptions,
} from '@opentelemetry/api'
import {
  describeError,
  errorName,
  guardSdk,
  isLeaseholdError,
  isSampledOut,
  leaseTelemetry,
  safeText,
  sdkThrew,
  statusMessage,
  type LeaseTelemetry,
  type SpanMode,
} from '@leasehold/core'
import type { DatabaseOptions } from '../database-options.ts'
import type { IdentitySettings } from '../pool-identity.ts'
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
  /** Those of every span of the pool. */
  readonly #own: Attributes
  readonly #mode: SpanMode
  readonly #slowMillis: number
  readonly #hub: LeaseTelemetry = leaseTelemetry()
  /** One object a kind for ever: SDKs copy what is in it. */
  readonly #attributes: Map<string, Attributes> = new Map()
  readonly #served: SpanOptions

  constructor({ name, database, telemetry }: IdentitySettings) {
    this.#own = { [names.ATTR_NAME]: safeText(name), ...databaseAttributes(database) }
    this.#mode = telemetry.spans
    this.#slowMillis = telemetry.slowMillis
    this.#served = Object.freeze({ kind: SpanKind.INTERNAL, attributes: this.#attributesOf('pool.loan') })
  }

  /** Whether spans are opened at once, so that somebody has to ask for the context. */
  get isOpening(): boolean {
    return this.#mode === 'all' && this.#hub.tracer() !== undefined
  }

  /**
   * Opens the span of an acquire that is about to be served at once, in the context that is current; such a one is
   * neither slow nor an error.
   */
  openServed(parent: Context): Span | undefined {
    try {
      return isSampledOut(parent)
        ? undefined
        : this.#hub.tracer()?.startSpan(names.SPAN_POOL_ACQUIRE, this.#served, parent)
    } catch (error) {
      sdkThrew('tracing', error)
      return undefined
    }
  }

  endServed(span: Span): void {
    try {
      span.end()
    } catch (error) {
      sdkThrew('tracing', error)
    }
  }

  /** An operation of whoever is current. */
  begin(name: string, kind: string): Operation | undefined {
    return this.#isOff ? undefined : this.#begin(name, kind, context.active(), [])
  }

  /** An operation of nobody's, on behalf of whoever was current in `requester`; if that is not given, is now. */
  beginInBackground(name: string, kind: string, requester?: Context): Operation | undefined {
    if (this.#isOff) return undefined
    const asker = trace.getSpanContext(requester ?? context.active())
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
    guardSdk('tracing', () => {
      const span = operation.span ?? this.#afterwards(operation, isFailed)
      if (span === undefined) return
      if (isFailed && span.isRecording()) {
        span.setAttribute(names.ATTR_ERROR_TYPE, errorTypeOf(failed.error))
        span.setStatus({ code: SpanStatusCode.ERROR, message: statusMessage(describeError(failed.error)) })
      }
      span.end()
    })
  }

  get #isOff(): boolean {
    return this.#mode === 'off' || this.#hub.tracer() === undefined
  }

  #begin(name: string, kind: string, parent: Context, links: Link[]): Operation {
    const isOpen = this.#mode === 'all'
    const startEpochMillis = isOpen ? 0 : Date.now()
    const span = isOpen ? guardSdk('tracing', () => this.#open(name, kind, parent, links)) : undefined
    return { name, kind, parent, links, startEpochMillis, span }
  }

  #afterwards(operation: Operation, isFailed: boolean): Span | undefined {
    if (this.#mode === 'all') return undefined
    const isSlow = this.#mode === 'slow' && Date.now() - operation.startEpochMillis >= this.#slowMillis
    const { name, kind, parent, links, startEpochMillis } = operation
    return isFailed || isSlow ? this.#open(name, kind, parent, links, startEpochMillis) : undefined
  }

  #open(name: string, kind: string, parent: Context, links: Link[], startTime?: number): Span | undefined {
    const attributes = this.#attributesOf(kind)
    const start = startTime === undefined ? {} : { startTime }
    const options = { kind: SpanKind.INTERNAL, attributes, links, ...start }
    return this.#hub.tracer()?.startSpan(name, options, parent)
  }

  #attributesOf(kind: string): Attributes {
    let attributes = this.#attributes.get(kind)
    if (attributes === undefined) {
      attributes = Object.freeze({ [names.ATTR_KIND]: kind, ...this.#own })
      this.#attributes.set(kind, attributes)
    }
    return attributes
  }
}

function databaseAttributes(database: DatabaseOptions | undefined): Attributes {
  if (database === undefined) return {}
  const { system, namespace, serverAddress, serverPort } = database
  return {
    [names.ATTR_DB_SYSTEM_NAME]: safeText(system),
    ...(namespace === undefined ? {} : { [names.ATTR_DB_NAMESPACE]: safeText(namespace) }),
    ...(serverAddress === undefined ? {} : { [names.ATTR_SERVER_ADDRESS]: safeText(serverAddress) }),
    ...(serverPort === undefined ? {} : { [names.ATTR_SERVER_PORT]: serverPort }),
  }
}

function errorTypeOf(error: unknown): string {
  return isLeaseholdError(error) ? error.code : errorName(error)
}
