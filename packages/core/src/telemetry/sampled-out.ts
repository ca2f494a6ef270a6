import { trace, TraceFlags, type Context } from '@opentelemetry/api'

/**
 * Whether a span begun in `parent` is known not to be recorded: it would belong to a trace that this process has
 * decided not to record. Samplers that go by the parent, as all usual ones do, or by the trace's id, decide alike for
 * the child, and asking them costs more than a whole lease. A trace that begins here, or comes from elsewhere, is asked.
 */
export function isSampledOut(parent: Context): boolean {
  const span = trace.getSpan(parent)
  if (span === undefined || span.isRecording()) return false
  const { traceFlags, isRemote } = span.spanContext()
  return isRemote !== true && (traceFlags & TraceFlags.SAMPLED) === 0
}
