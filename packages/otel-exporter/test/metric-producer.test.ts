import assert from 'node:assert/strict'
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics'
import type { DataPoint, Histogram } from '@opentelemetry/sdk-metrics'
import type { HistogramSnapshot } from '@leasehold/core'
import { HistogramProducer } from '../src/metric-producer.ts'

const attributes = { 'leasehold.kind': 'k', 'leasehold.name': 'n' }

/** One histogram whose counts the test raises. */
class Source {
  counts: number[] = [0, 0]
  histograms(): HistogramSnapshot[] {
    const count = this.counts.reduce((sum, each) => sum + each, 0)
    const points =
      count === 0 ? [] : [{ attributes, counts: [...this.counts], sum: count, count, min: 1, max: 1 }]
    return [
      {
        name: 'leasehold.lease.duration',
        unit: 's',
        description: 'd',
        boundaries: [1],
        startEpochMillis: 1_000,
        points,
      },
    ]
  }
}

async function collected(producer: HistogramProducer): Promise<DataPoint<Histogram> | undefined> {
  const { resourceMetrics } = await producer.collect()
  const metric = resourceMetrics.scopeMetrics[0]?.metrics[0]
  if (metric === undefined) return undefined
  assert.equal(metric.dataPointType, DataPointType.HISTOGRAM)
  return metric.dataPoints[0]
}

describe('the metric producer', () => {
  it('gives what there is since the start, again and again', async () => {
    const source = new Source()
    const producer = new HistogramProducer(source, {}, () => 5_000)
    assert.equal(await collected(producer), undefined)
    source.counts = [2, 1]
    for (let i = 0; i < 2; i++) {
      const point = await collected(producer)
      assert.deepEqual(point?.value, {
        buckets: { boundaries: [1], counts: [2, 1] },
        sum: 3,
        count: 3,
        min: 1,
        max: 1,
      })
      assert.deepEqual(
        [point?.startTime, point?.endTime],
        [
          [1, 0],
          [5, 0],
        ],
      )
    }
  })

  it('gives to a delta reader what is new since it last asked', async () => {
    const source = new Source()
    const producer = new HistogramProducer(source, { temporality: 'delta' })
    source.counts = [2, 1]
    assert.deepEqual((await collected(producer))?.value.buckets.counts, [2, 1])
    source.counts = [5, 1]
    const second = await collected(producer)
    assert.deepEqual([second?.value.buckets.counts, second?.value.count], [[3, 0], 3])
    const { resourceMetrics } = await producer.collect()
    const [metric] = resourceMetrics.scopeMetrics[0]?.metrics ?? []
    assert.ok(metric === undefined || metric.aggregationTemporality === AggregationTemporality.DELTA)
  })
})
