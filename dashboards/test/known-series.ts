import { fileURLToPath } from 'node:url'
import { prometheusLabel, prometheusSeries } from '../../packages/core/telemetry/prometheus-name.ts'
import { parseRegistry, readRegistrySource } from '../../packages/core/telemetry/registry-reader.ts'

/** Of `@opentelemetry/instrumentation-runtime-node`, and the resident memory that programs add to it. */
const RUNTIME: Readonly<Record<string, readonly string[]>> = {
  nodejs_eventloop_delay_p99_seconds: [],
  nodejs_eventloop_utilization_ratio: [],
  process_memory_usage_bytes: [],
  v8js_gc_duration_seconds_sum: ['v8js_gc_type'],
  v8js_memory_heap_used_bytes: ['v8js_heap_space_name'],
  v8js_resource_active: ['v8js_resource_type'],
}

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
  for (const [name, labels] of Object.entries(RUNTIME)) known.set(name, new Set(labels))
  return known
}
