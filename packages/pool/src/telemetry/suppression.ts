import { createContextKey, type Context } from '@opentelemetry/api'

/** The key by which OpenTelemetry's own `suppressTracing` is known; that would be one package more. */
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

/** `parent`, in which nothing that is instrumented makes a span. */
export function suppressed(parent: Context): Context {
  return parent.setValue(SUPPRESSED, true)
}
