import { fileURLToPath } from 'node:url'
import { prometheusLabel, prometheusSeries } from '../../packages/core/telemetry/prometheus-name.ts'
import { parseRegistry, readRegistrySource } from '../../packages/core/telemetry/registry-reader.ts'

/** What the packages report, by the telemetry registry: the series, and the labels of each. */
export function knownSeries(): ReadonlyMap<string, ReadonlySet<string>> {
  const source = readRegistrySource(
    fileURLToPath(new URL('../../packages/core/telemetry', import.meta.url)),
    [],
  )
  const known = new Map<string, ReadonlySet<string>>()
  for (const metric of parseRegistry(source).metrics) {
    const labels = new Set(metric.attributes.map(({ attribute }) => prometheusLabel(attribute.id)))
    for (const each of prometheusSeries(metric)) known.set(each, labels)
  }
  return known
}
