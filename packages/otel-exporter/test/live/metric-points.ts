import { emptyResource, resourceFromAttributes } from '@opentelemetry/resources'
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics'
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { ValueType } from '@opentelemetry/api'

export type Point = readonly [metric: string, value: number, attributes?: Record<string, string>]

/** What an SDK's collection looks like. Attributes are given without their prefix. */
export function collected(points: readonly Point[], service?: string): ResourceMetrics {
  const resource =
    service === undefined ? emptyResource() : resourceFromAttributes({ 'service.name': service })
  const metrics = points.map(([name, value, attributes = {}]) => ({
    descriptor: { name, description: '', unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.GAUGE as const,
    dataPoints: [
      {
        startTime: [0, 0] as [number, number],
        endTime: [0, 0] as [number, number],
        attributes: Object.fromEntries(
          Object.entries(attributes).map(([key, text]) => [`leasehold.${key}`, text]),
        ),
        value,
      },
    ],
  }))
  return { resource, scopeMetrics: [{ scope: { name: 'test' }, metrics }] }
}
