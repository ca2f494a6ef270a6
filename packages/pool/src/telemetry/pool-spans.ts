import { SpanKind, type Attributes, type Context, type Span, type SpanOptions } from '@opentelemetry/api'
import {
  isSampledOut,
  leaseTelemetry,
  OperationSpans,
  safeText,
  sdkThrew,
  type LeaseTelemetry,
  type SpanMode,
} from '@leasehold/core'
import type { DatabaseOptions } from '../database-options.ts'
import type { IdentitySettings } from '../pool-identity.ts'
import * as names from './names.generated.ts'

/** The spans of one pool. An SDK that throws is reported once, never felt. */
export class PoolSpans {
  readonly loans: OperationSpans
  readonly resources: OperationSpans
  readonly #mode: SpanMode
  readonly #hub: LeaseTelemetry = leaseTelemetry()
  readonly #served: SpanOptions

  constructor({ name, database, telemetry }: IdentitySettings) {
    const own = { [names.ATTR_NAME]: safeText(name), ...databaseAttributes(database) }
    const ofLoans = { [names.ATTR_KIND]: 'pool.loan', ...own }
    this.loans = new OperationSpans(ofLoans, telemetry)
    this.resources = new OperationSpans({ [names.ATTR_KIND]: 'pool.resource', ...own }, telemetry)
    this.#mode = telemetry.spans
    this.#served = Object.freeze({ kind: SpanKind.INTERNAL, attributes: Object.freeze(ofLoans) })
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
