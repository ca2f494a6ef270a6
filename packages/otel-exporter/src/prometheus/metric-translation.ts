import type { Attributes, AttributeValue } from '@opentelemetry/api'
import type { InstrumentationScope } from '@opentelemetry/core'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { DataPointType } from '@opentelemetry/sdk-metrics'
import type { DataPoint, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { MetricFamilies } from './metric-families.ts'
import { prometheusLabel, prometheusName, prometheusUnit, type PrometheusType } from './metric-name.ts'

/** Labels that the exposition itself makes: an attribute of that name would make a second, and void the whole scrape. */
const RESERVED: ReadonlySet<string> = new Set([
  'le',
  'otel_scope_name',
  'otel_scope_version',
  'otel_scope_schema_url',
])

/**
 * What was collected, as Prometheus has it: under its names, and each of them once, whatever the scope. The SDK's own
 * objects stay as they are.
 *
 * @param clash told of what cannot be exposed, because another metric has its name
 */
export function translated(collected: ResourceMetrics, clash: (message: string) => void): ResourceMetrics {
  const families = new MetricFamilies(clash)
  for (const { scope, metrics } of collected.scopeMetrics) {
    for (const metric of metrics)
      families.add(translatedMetric(metric, scope), typeOf(metric), metric.descriptor.name)
  }
  return {
    resource: resourceFromAttributes(labels(collected.resource.attributes)),
    // The scope is told by labels.
    scopeMetrics: [{ scope: { name: '' }, metrics: families.metrics() }],
  }
}

function translatedMetric(data: MetricData, scope: InstrumentationScope): MetricData {
  const { name, unit } = data.descriptor
  const descriptor = {
    ...data.descriptor,
    name: prometheusName({ name, unit, type: typeOf(data) }),
    unit: prometheusUnit(unit),
  }
  const ofScope = scopeLabels(scope)
  const dataPoints = (data.dataPoints as DataPoint<unknown>[]).map(point => ({
    ...point,
    attributes: { ...labels(point.attributes), ...ofScope },
  }))
  return { ...data, descriptor, dataPoints } as MetricData
}

function scopeLabels({ name, version, schemaUrl }: InstrumentationScope): Attributes {
  return {
    otel_scope_name: name,
    ...(schemaUrl ? { otel_scope_schema_url: schemaUrl } : {}),
    ...(version ? { otel_scope_version: version } : {}),
  }
}

function typeOf(data: MetricData): PrometheusType {
  switch (data.dataPointType) {
    case DataPointType.SUM:
      return data.isMonotonic ? 'counter' : 'updown'
    case DataPointType.GAUGE:
      return 'gauge'
    default:
      return 'histogram'
  }
}

/** Attributes that become the same label are joined with `;`, as OTLP ingestion does it. */
export function labels(attributes: Attributes): Attributes {
  const found = new Map<string, AttributeValue | undefined>()
  for (const [key, value] of Object.entries(attributes)) {
    let label = prometheusLabel(key)
    if (label === '') continue
    if (RESERVED.has(label)) label = `exported_${label}`
    found.set(label, found.has(label) ? `${text(found.get(label))};${text(value)}` : value)
  }
  return Object.fromEntries(found)
}

function text(value: AttributeValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '')
}
