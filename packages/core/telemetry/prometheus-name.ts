/**
 * The names that the registry's metrics have in Prometheus. The rules stand once, in the exporter that applies them; this
 * tool of the repository, which no package contains, only asks it.
 */
import * as exporter from '../../otel-exporter/src/prometheus/metric-name.ts'
import type { Instrument } from './registry-model.ts'

interface RegistryMetric {
  readonly name: string
  readonly unit: string
  readonly instrument: Instrument
}

/** The unit as Prometheus writes it: `seconds`, `bytes`, `bytes_per_second`; empty for `1` and for `{things}`. */
export function unitWords(unit: string): string {
  return exporter.prometheusUnit(unit)
}

export function prometheusName({ name, unit, instrument }: RegistryMetric): string {
  return exporter.prometheusName({ name, unit, type: instrument === 'updowncounter' ? 'updown' : instrument })
}

/** The label that an attribute has in Prometheus. */
export function prometheusLabel(attribute: string): string {
  return exporter.prometheusLabel(attribute)
}

/** The series that a metric is stored as. */
export function prometheusSeries(metric: RegistryMetric): string[] {
  const name = prometheusName(metric)
  return metric.instrument === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
}
