import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { describeError, leaseTelemetry, warnOnce } from '@leasehold/core'
import type { Alert } from '../alert.ts'
import * as names from './names.generated.ts'

/** The span of an alert that somebody is told of, linked to the spans that acquired the leases. */
export function recordAlert({ rule, severity, kind, name, count, text, traces }: Alert): void {
  const tracer = leaseTelemetry().tracer()
  if (tracer === undefined) return
  try {
    const span = tracer.startSpan(
      names.SPAN_LEAK_DETECTED,
      {
        kind: SpanKind.INTERNAL,
        attributes: {
          [names.ATTR_KIND]: kind,
          [names.ATTR_NAME]: name,
          [names.ATTR_ALERT_RULE]: rule,
          [names.ATTR_ALERT_SEVERITY]: severity,
          [names.ATTR_ALERT_COUNT]: count,
        },
        links: traces.map(({ traceId, spanId }) => ({
          context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED },
        })),
      },
      ROOT_CONTEXT,
    )
    span.setStatus({ code: SpanStatusCode.ERROR, message: text.split('\n', 1)[0]! })
    span.end()
  } catch (error) {
    warnOnce('tracing', `the tracing SDK threw: ${describeError(error)}`)
  }
}
