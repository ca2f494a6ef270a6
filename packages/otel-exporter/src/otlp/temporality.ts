import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics'

export type TemporalityPreference = 'cumulative' | 'delta' | 'lowmemory'

const { CUMULATIVE, DELTA } = AggregationTemporality

/** As the specification of `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE` has it. */
export function temporalityOf(
  preference: TemporalityPreference,
  type: InstrumentType,
): AggregationTemporality {
  if (preference === 'cumulative') return CUMULATIVE
  switch (type) {
    case InstrumentType.COUNTER:
    case InstrumentType.HISTOGRAM:
      return DELTA
    case InstrumentType.OBSERVABLE_COUNTER:
      return preference === 'delta' ? DELTA : CUMULATIVE
    default:
      return CUMULATIVE
  }
}
