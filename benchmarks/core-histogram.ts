/**
 * One duration recorded: our histogram against the SDK's, with a reader attached (without one the SDK records
 * nothing, and looks very fast). Alone: `node benchmarks/dist/core-histogram.js`.
 */
import { fileURLToPath } from 'node:url'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { HotHistogram, leaseTelemetry } from '@leasehold/core'

/** The bar for one record of ours. */
export const HOT_HISTOGRAM_BAR_NANOS = 50

export interface HistogramResult {
  readonly name: string
  readonly nanosPerRecord: number
  /** Against our own. */
  readonly ratio: number
}

export interface HistogramBenchOptions {
  /** Records in one round. Default 500,000. */
  readonly records?: number
  /** Rounds of each; the best counts. Default 7. */
  readonly rounds?: number
}

/** Prints a line for each, and returns the figures: ours first. */
export async function benchmarkHistogram(options: HistogramBenchOptions = {}): Promise<HistogramResult[]> {
  const { records = 500_000, rounds = 7 } = options
  const boundaries = leaseTelemetry().histograms()[0]?.boundaries ?? []
  const reader = new IdleReader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE })
  const provider = new MeterProvider({ readers: [reader] })
  const advice = { explicitBucketBoundaries: [...boundaries] }
  const theirs = provider.getMeter('benchmark').createHistogram('benchmark.duration', { unit: 's', advice })
  const ours = new HotHistogram(boundaries)
  const attributes = Object.freeze({ 'leasehold.kind': 'pool.loan', 'leasehold.name': 'orders-db' })
  const values = logUniform(4_096)

  // A loop for each: one loop for all would measure the call through a function of three shapes.
  const mask = values.length - 1
  const contestants: Record<string, () => void> = {
    'hot histogram': () => {
      for (let i = 0; i < records; i++) ours.record(values[i & mask]!)
    },
    'sdk-metrics, no attributes': () => {
      for (let i = 0; i < records; i++) theirs.record(values[i & mask]!)
    },
    'sdk-metrics, two attributes': () => {
      for (let i = 0; i < records; i++) theirs.record(values[i & mask]!, attributes)
    },
  }
  const best: Record<string, number> = {}
  // Round by round, not one after the other: a busy spell of the machine then hits them all.
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      const start = process.hrtime.bigint()
      run()
      const nanos = Number(process.hrtime.bigint() - start) / records
      best[name] = Math.min(best[name] ?? Infinity, nanos)
    }
  }
  await reader.collect()
  if (ours.count !== records * rounds) throw new Error(`recorded ${ours.count}, not ${records * rounds}`)
  await provider.shutdown()

  const own = best['hot histogram'] ?? NaN
  const results = Object.entries(best).map(([name, nanos]) => ({
    name,
    nanosPerRecord: nanos,
    ratio: nanos / own,
  }))
  for (const { name, nanosPerRecord, ratio } of results) {
    console.log(
      `${name.padEnd(28)} ${nanosPerRecord.toFixed(1).padStart(8)} ns ${ratio.toFixed(1).padStart(7)}x`,
    )
  }
  return results
}

/** Collects when asked; that it is there makes the SDK record. */
class IdleReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** Spread over all buckets, in an order that no branch predictor learns; the same in every run. */
function logUniform(length: number): Float64Array {
  const values = new Float64Array(length)
  let seed = 42
  for (let i = 0; i < length; i++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    values[i] = 10 ** ((seed / 2 ** 32) * 7 - 4.5)
  }
  return values
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [ours] = await benchmarkHistogram()
  if (ours === undefined || ours.nanosPerRecord > HOT_HISTOGRAM_BAR_NANOS) process.exitCode = 1
}
