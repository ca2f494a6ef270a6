/**
 * The registry's own cost: one lease taken and released, with telemetry on; how that grows with a million live
 * leases; and what a live lease weighs. `npm run bench -- core [--smoke]`.
 */
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { metrics } from '@opentelemetry/api'
import {
  leaseTelemetry,
  processClock,
  ResourceRegistry,
  type Lease,
  type TrackOptions,
} from '@leasehold/core'
import { benchmarkHistogram, HOT_HISTOGRAM_BAR_NANOS } from './core-histogram.ts'
import { bar, bestNanos, heading, row } from './measure.ts'

const isSmoke = process.argv.includes('--smoke')
const ROUNDS = isSmoke ? 2 : 9
const CYCLES = isSmoke ? 20_000 : 500_000
const LIVE = isSmoke ? 20_000 : 1_000_000

// Outside of the loops: the TypeScript loader names every function it meets, which costs more than a lease.
const cleanup = (): void => {}
const options: TrackOptions<number> = { kind: 'bench.resource', name: 'bench', cleanup }

/** Collects when asked; that it is there makes the SDK record. */
class IdleReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
const reader = new IdleReader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE })

function registerSdk(): Disposable {
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
  leaseTelemetry().refresh()
  return leaseTelemetry().attachProducer()
}

/** What the measuring of three moments costs by itself: acquired, released, cleaned up. */
function clockReads(): void {
  let sum = 0
  for (let i = 0; i < CYCLES; i++) sum += processClock.now() + processClock.now() + processClock.now()
  if (sum < 0) throw new Error('the clock went backwards')
}

/** What most programs have: a Map of what is open, with its time. */
function mapOfOpen(): void {
  const open = new Map<number, { value: number; at: number }>()
  for (let i = 0; i < CYCLES; i++) {
    open.set(i, { value: i, at: processClock.now() })
    open.delete(i)
  }
}

function churn(registry: ResourceRegistry, asked: TrackOptions<number>): () => void {
  return () => {
    for (let i = 0; i < CYCLES; i++) void registry.track(i, asked).release()
  }
}

function churnLiterals(registry: ResourceRegistry): () => void {
  return () => {
    for (let i = 0; i < CYCLES; i++) {
      void registry.track(i, { kind: 'bench.resource', name: 'bench', cleanup }).release()
    }
  }
}

async function churnAsync(registry: ResourceRegistry): Promise<number> {
  const asked: TrackOptions<number> = { ...options, cleanup: async () => {} }
  let best = Infinity
  const cycles = CYCLES / 10
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < cycles; i++) await registry.track(i, asked).release()
    best = Math.min(best, Number(process.hrtime.bigint() - start) / cycles)
  }
  return best
}

function bytesPerLiveLease(): number {
  const registry = new ResourceRegistry()
  const leases = new Array<Lease<number> | undefined>(LIVE).fill(undefined)
  collect()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < LIVE; i++) leases[i] = registry.track(i, options)
  collect()
  const bytes = (process.memoryUsage().heapUsed - before) / LIVE
  for (const lease of leases) void lease?.release()
  return bytes
}

function collect(): void {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
}

heading('a lease taken and released, ns', `${CYCLES} cycles, best of ${ROUNDS} rounds`)
bestNanos(ROUNDS, CYCLES, {
  'three clock reads (floor)': clockReads,
  'Map of what is open, one clock read': mapOfOpen,
  'track + release, no SDK': churn(new ResourceRegistry(), options),
  'track + release, options written each time': churnLiterals(new ResourceRegistry()),
})
const sdk = registerSdk()
const withSdk = bestNanos(ROUNDS, CYCLES, {
  'track + release, metrics SDK and producer': churn(new ResourceRegistry(), options),
})
const asyncNanos = await churnAsync(new ResourceRegistry())
row('track + release, async cleanup awaited', asyncNanos)
bar('track + release, metrics on', withSdk['track + release, metrics SDK and producer'], 150, 'ns')

heading('growth', `the same beside ${LIVE} live leases`)
const crowded = new ResourceRegistry()
const held: Lease<number>[] = []
for (let i = 0; i < 1_000; i++) held.push(crowded.track(i, options))
const few = bestNanos(ROUNDS, CYCLES, { 'beside 1,000 live': churn(crowded, options) })
for (let i = 1_000; i < LIVE; i++) held.push(crowded.track(i, options))
const many = bestNanos(ROUNDS, CYCLES, { [`beside ${LIVE} live`]: churn(crowded, options) })
bar('growth per operation', many[`beside ${LIVE} live`]! / few['beside 1,000 live'], 2, 'x')
for (const lease of held) void lease.release()
sdk[Symbol.dispose]()

heading('memory', `${LIVE} live leases`)
bar('a live lease', bytesPerLiveLease(), 150, 'B')

heading('one duration recorded, ns', 'against the SDK’s histogram, a reader attached')
const [hot] = await benchmarkHistogram(isSmoke ? { records: 20_000, rounds: 2 } : {})
bar('hot histogram record', hot?.nanosPerRecord ?? NaN, HOT_HISTOGRAM_BAR_NANOS, 'ns')
