import assert from 'node:assert/strict'
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics'
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { emptyResource } from '@opentelemetry/resources'
import { ValueType } from '@opentelemetry/api'
import { labels, translated } from '../../src/prometheus/metric-translation.ts'

function collected(metric: Partial<MetricData> & { name: string; unit: string }): ResourceMetrics {
  const { name, unit, ...data } = metric
  const point = { startTime: [0, 0], endTime: [1, 0], attributes: { 'a.b': 1 }, value: 5 }
  return {
    resource: emptyResource(),
    scopeMetrics: [
      {
        scope: { name: 'test' },
        metrics: [
          {
            descriptor: { name, unit, description: '', valueType: ValueType.INT },
            aggregationTemporality: AggregationTemporality.CUMULATIVE,
            dataPoints: [point],
            ...data,
          } as unknown as MetricData,
        ],
      },
    ],
  }
}

const unexpected = (message: string): void => assert.fail(message)

const nameOf = (metrics: ResourceMetrics): string | undefined =>
  metrics.scopeMetrics[0]?.metrics[0]?.descriptor.name

describe('translation of collected metrics', () => {
  it('tells sums that only rise from those that may fall, and gauges from both', () => {
    const of = (data: object): string | undefined =>
      nameOf(translated(collected({ name: 'x', unit: '1', ...data }), unexpected))
    assert.equal(of({ dataPointType: DataPointType.SUM, isMonotonic: true }), 'x_total')
    assert.equal(of({ dataPointType: DataPointType.SUM, isMonotonic: false }), 'x')
    assert.equal(of({ dataPointType: DataPointType.GAUGE }), 'x_ratio')
    assert.equal(of({ dataPointType: DataPointType.HISTOGRAM }), 'x')
  })

  it("leaves the SDK's own objects as they are", () => {
    const before = collected({ name: 'x.y', unit: 's', dataPointType: DataPointType.GAUGE })
    const copy = JSON.stringify(before.scopeMetrics)
    const after = translated(before, unexpected)
    assert.equal(JSON.stringify(before.scopeMetrics), copy)
    assert.equal(nameOf(after), 'x_y_seconds')
    assert.equal(after.scopeMetrics[0]?.metrics[0]?.descriptor.unit, 'seconds')
  })

  it('joins attributes that become one label: two of a name would void the whole scrape', () => {
    assert.deepEqual(labels({ 'a.b': 'x', a_b: 2 }), { a_b: 'x;2' })
  })

  it('renames attributes whose label the exposition makes itself', () => {
    assert.deepEqual(labels({ le: '5', 'otel.scope.name': 'x' }), {
      exported_le: '5',
      exported_otel_scope_name: 'x',
    })
  })
})
