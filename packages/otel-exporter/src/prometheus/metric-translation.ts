import type { Attributes, AttributeValue } from '@opentelemetry/api'
import { DataPointType } from '@opentelemetry/sdk-metrics'
import type { DataPoint, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { prometheusLabel, prometheusName, prometheusUnit, type PrometheusType } from './metric-name.ts'

/** Labels that the exposition itself makes: an attribute of that name would make a second, and void the whole scrape. */
const RESERVED: ReadonlySet<string> = new Set([
  'le',
  'otel_scope_name',
  'otel_scope_version',
  'otel_scope_schema_url',
])

/** What was collected, under the names that it has in Prometheus. The SDK's own objects stay as they are. */
export function translated(collected: ResourceMetrics): ResourceMetrics {
  return {
    resource: collected.resource,
    scopeMetrics: collected.scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map(translatedMetric),
    })),
  }
}

function translatedMetric(data: MetricData): MetricData {
  const { name, unit } = data.descriptor
  const descriptor = {
    ...data.descriptor,
    name: prometheusName({ name, unit, type: typeOf(data) }),
    unit: prometheusUnit(unit),
  }
  const dataPoints = (data.dataPoints as DataPoint<unknown>[]).map(point => ({
    ...point,
    attributes: labels(point.attributes),
  }))
  return { ...data, descriptor, dataPoints } as MetricData
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
