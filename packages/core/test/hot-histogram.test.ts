import assert from 'node:assert/strict'
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  MetricReader,
  type Histogram,
} from '@opentelemetry/sdk-metrics'
import fc from 'fast-check'
import { HotHistogram } from '../src/hot-histogram.ts'
import { METRIC_LEASE_DURATION } from '../src/telemetry/names.generated.ts'

const { boundaries } = METRIC_LEASE_DURATION

const ascending: fc.Arbitrary<number[]> = fc
  .uniqueArray(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 })
  .map(bounds => bounds.map(bound => bound + 0).sort((a, b) => a - b))

/** Values around the boundaries, on them, and anywhere. */
function durations(bounds: readonly number[]): fc.Arbitrary<number[]> {
  const near = fc.tuple(fc.constantFrom(...bounds), fc.constantFrom(1 - 2 ** -52, 1, 1 + 2 ** -52))
  return fc.array(
    fc.oneof(
      near.map(([bound, factor]) => bound * factor),
      fc.double({ min: 0, max: 1e9, noNaN: true }),
    ),
    { maxLength: 200 },
  )
}

const recorded: fc.Arbitrary<{ bounds: number[]; values: number[] }> = ascending.chain(bounds =>
  durations(bounds).map(values => ({ bounds, values })),
)

function histogramOf(bounds: readonly number[], values: readonly number[]): HotHistogram {
  const histogram = new HotHistogram(bounds)
  for (const value of values) histogram.record(value)
  return histogram
}

class TestReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

async function sdkHistogramOf(
  bounds: readonly number[],
  values: readonly number[],
): Promise<Histogram | undefined> {
  const reader = new TestReader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE })
  const provider = new MeterProvider({ readers: [reader] })
  const advice = { explicitBucketBoundaries: [...bounds] }
  const histogram = provider.getMeter('test').createHistogram('test.duration', { unit: 's', advice })
  for (const value of values) histogram.record(value)
  const { resourceMetrics } = await reader.collect()
  const metric = resourceMetrics.scopeMetrics[0]?.metrics[0]
  await provider.shutdown()
  if (metric === undefined) return undefined
  assert.equal(metric.dataPointType, DataPointType.HISTOGRAM)
  return metric.dataPoints[0]?.value
}

describe('HotHistogram', () => {
  it('is empty at first', () => {
    assert.deepEqual(new HotHistogram([1, 2]).snapshot(), {
      counts: [0, 0, 0],
      count: 0,
      sum: 0,
      min: 0,
      max: 0,
    })
  })

  it('counts a value that equals a boundary under it', () => {
    for (const [i, bound] of boundaries.entries()) {
      const { counts } = histogramOf(boundaries, [bound]).snapshot()
      assert.equal(counts.indexOf(1), i)
    }
  })

  it('counts what lies above all boundaries in the last bucket', () => {
    assert.deepEqual(histogramOf([1, 2], [2.5, 1e300]).snapshot().counts, [0, 0, 2])
  })

  it('works without boundaries', () => {
    assert.deepEqual(histogramOf([], [1, 3]).snapshot(), { counts: [2], count: 2, sum: 4, min: 1, max: 3 })
  })

  it('counts a negative duration as 0', () => {
    const { counts, count, sum, min, max } = histogramOf([1, 2], [-1, -Infinity, -0]).snapshot()
    assert.deepEqual(
      { counts, count, sum, min, max },
      { counts: [3, 0, 0], count: 3, sum: 0, min: 0, max: 0 },
    )
  })

  it('ignores NaN and infinity', () => {
    assert.deepEqual(histogramOf([1, 2], [NaN, Infinity, 1.5]).snapshot(), {
      counts: [0, 1, 0],
      count: 1,
      sum: 1.5,
      min: 1.5,
      max: 1.5,
    })
  })

  it('gives a snapshot that later records do not change', () => {
    const histogram = histogramOf([1], [0.5])
    const before = histogram.snapshot()
    histogram.record(7)
    assert.deepEqual(before, { counts: [1, 0], count: 1, sum: 0.5, min: 0.5, max: 0.5 })
  })

  it('equals a naive recomputation', () => {
    fc.assert(
      fc.property(recorded, ({ bounds, values }) => {
        const counts = [-Infinity, ...bounds].map((lower, i) => {
          const upper = bounds[i] ?? Infinity
          return values.filter(value => value > lower && value <= upper).length
        })
        const { count, sum, min, max, ...snapshot } = histogramOf(bounds, values).snapshot()
        assert.deepEqual(snapshot.counts, counts)
        assert.equal(count, values.length)
        assert.equal(
          sum,
          values.reduce((total, value) => total + value, 0),
        )
        assert.equal(min, values.length === 0 ? 0 : Math.min(...values))
        assert.equal(max, values.length === 0 ? 0 : Math.max(...values))
      }),
    )
  })

  it("equals the SDK's own explicit-bucket histogram", async () => {
    await fc.assert(
      fc.asyncProperty(recorded, async ({ bounds, values }) => {
        const theirs = await sdkHistogramOf(bounds, values)
        const { counts, ...ours } = histogramOf(bounds, values).snapshot()
        assert.deepEqual(theirs?.buckets.counts ?? bounds.map(() => 0).concat(0), counts)
        assert.deepEqual(
          { count: theirs?.count ?? 0, sum: theirs?.sum ?? 0, min: theirs?.min ?? 0, max: theirs?.max ?? 0 },
          ours,
        )
      }),
      { numRuns: 50 },
    )
  })

  it('merged with another is as if all had been recorded in one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 50 }),
        fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 50 }),
        (first, second) => {
          const merged = histogramOf(boundaries, first)
          merged.merge(histogramOf(boundaries, second))
          assert.deepEqual(merged.snapshot(), histogramOf(boundaries, [...first, ...second]).snapshot())
        },
      ),
    )
  })

  it('refuses to be merged with one of other boundaries', () => {
    for (const other of [[1], [1, 3], [1, 2, 3], []]) {
      assert.throws(() => new HotHistogram([1, 2]).merge(new HotHistogram(other)), {
        name: 'RangeError',
        message: 'histograms of different boundaries cannot be merged',
      })
    }
  })

  it('counts the same duration many times as if each were recorded', () => {
    const [one, many] = [new HotHistogram([1, 2]), new HotHistogram([1, 2])]
    for (const [seconds, times] of [
      [0, 3],
      [1.5, 2],
      [9, 0],
      [NaN, 2],
      [-1, 1],
    ] as const) {
      for (let i = 0; i < times; i++) one.record(seconds)
      many.recordMany(seconds, times)
    }
    assert.deepEqual(many.snapshot(), one.snapshot())
    assert.deepEqual(many.snapshot(), { counts: [4, 2, 0], count: 6, sum: 3, min: 0, max: 1.5 })
  })
})
