/**
 * What a leak detector costs: a lease taken and released with one and without, a live lease's weight, how long a look at
 * a million leases holds the loop, and a report over them. `npm run bench -- leak [--smoke]`.
 */
import { metrics } from '@opentelemetry/api'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import {
  leaseTelemetry,
  processClock,
  ResourceRegistry,
  type Clock,
  type Lease,
  type TrackOptions,
} from '@leasehold/core'
import { startLeakDetector, type LeakDetectorOptions } from '@leasehold/leak-detector'
import { bar, bestNanos, heading } from './measure.ts'

const isSmoke = process.argv.includes('--smoke')
const ROUNDS = isSmoke ? 2 : 30
const CYCLES = isSmoke ? 10_000 : 100_000
const LIVE = isSmoke ? 20_000 : 1_000_000
const LOOK_MILLIS = isSmoke ? 1_500 : 6_000

// Outside of the loops: see core.ts.
const cleanup = (): void => {}
const options: TrackOptions<number> = { kind: 'bench.resource', name: 'bench', cleanup }
const onAlert = (): void => {}

class IdleReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
const reader = new IdleReader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE })
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
leaseTelemetry().refresh()
leaseTelemetry().attachProducer()

/** The process's, but that it can be put on; it notes how long what it calls holds the loop. */
class JumpingClock implements Clock {
  /** At most, since the last reset: as the wall clock has it, and as the processor's time, which other processes share. */
  longestMillis: number = 0
  longestOwnMillis: number = 0
  calls: number = 0
  #ahead: number = 0

  jump(millis: number): void {
    this.#ahead += millis
  }

  reset(): void {
    this.longestMillis = this.longestOwnMillis = this.calls = 0
  }

  now(): number {
    return processClock.now() + this.#ahead
  }

  setTimeout(fn: () => void, millis: number): unknown {
    return processClock.setTimeout(() => this.#measured(fn), millis)
  }

  clearTimeout(timer: unknown): void {
    processClock.clearTimeout(timer)
  }

  #measured(fn: () => void): void {
    const usage = process.cpuUsage()
    const start = performance.now()
    fn()
    const millis = performance.now() - start
    const { user, system } = process.cpuUsage(usage)
    this.calls++
    this.longestMillis = Math.max(this.longestMillis, millis)
    this.longestOwnMillis = Math.max(this.longestOwnMillis, Math.min(millis, (user + system) / 1_000))
  }
}

function churn(registry: ResourceRegistry): () => void {
  return () => {
    for (let i = 0; i < CYCLES; i++) void registry.track(i, options).release()
  }
}

function watched(more: LeakDetectorOptions = {}): ResourceRegistry {
  const registry = new ResourceRegistry()
  startLeakDetector({ registry, onAlert, ...more })
  return registry
}

function collect(): void {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
}

function bytesPerLiveLease(registry: ResourceRegistry): number {
  const leases = new Array<Lease<number> | undefined>(LIVE).fill(undefined)
  collect()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < LIVE; i++) leases[i] = registry.track(i, options)
  collect()
  const bytes = (process.memoryUsage().heapUsed - before) / LIVE
  for (const lease of leases) void lease?.release()
  return bytes
}

/** How long the detector holds the loop at most, for a while. */
async function looked(what: string): Promise<void> {
  clock.reset()
  await new Promise(resolve => setTimeout(resolve, LOOK_MILLIS))
  const { calls, longestMillis, longestOwnMillis } = clock
  console.log(`  ${`${what}, of ${calls} turns the longest`.padEnd(58)} ${longestMillis.toFixed(2)} ms`)
  bar(`${what}, without other processes’ share`, longestOwnMillis, 5, 'ms')
}

heading('a lease taken and released, ns', `${CYCLES} cycles, best of ${ROUNDS} rounds, metrics on`)
const nanos = bestNanos(ROUNDS, CYCLES, {
  'without a detector': churn(new ResourceRegistry()),
  'with one, preset production': churn(watched()),
  'with one, preset lowMemory': churn(watched({ preset: 'lowMemory' })),
  'with one, all stacks and collections (development)': churn(watched({ preset: 'development' })),
})
bar(
  'with a detector to without',
  nanos['with one, preset production'] / nanos['without a detector'],
  1.3,
  'x',
)

heading('memory', `${LIVE} live leases`)
const bare = bytesPerLiveLease(new ResourceRegistry())
const more = bytesPerLiveLease(watched()) - bare
console.log(`  ${'a live lease without a detector'.padEnd(46)} ${bare.toFixed(1).padStart(9)} B`)
bar('more a live lease with one', more, 20, 'B')

heading('looks', `${LIVE} live leases of 10 names, ${LOOK_MILLIS} ms`)
const clock = new JumpingClock()
const crowded = new ResourceRegistry({ clock })
const detector = startLeakDetector({ registry: crowded, onAlert })
const held: Lease<number>[] = []
for (let i = 0; i < LIVE; i++) held.push(crowded.track(i, { ...options, name: `bench ${i % 10}` }))
collect()
await looked('none overdue')
clock.jump(61_000)
await looked('all become overdue at once')
const { overdue } = crowded.stats()
if (overdue !== LIVE) throw new Error(`${overdue} of ${LIVE} leases were found to be overdue`)
clock.jump(600_000)
await looked('all overdue')

heading('report', `${LIVE} live leases, all of them overdue`)
for (const [what, make] of [
  ['as an object', () => JSON.stringify(detector.report())],
  ['as a text', () => detector.report({ format: 'text' })],
  [
    'since a snapshot',
    () => JSON.stringify(detector.report({ since: { lastId: LIVE / 2, at: new Date() } })),
  ],
] as const) {
  let best = Infinity
  let size = 0
  for (let round = 0; round < Math.min(5, ROUNDS); round++) {
    const start = performance.now()
    size = make().length
    best = Math.min(best, performance.now() - start)
  }
  bar(`report, ${what} (${Math.ceil(size / 1024)} KiB)`, best, 500, 'ms')
}
// Also for the collector: the leases are live until here.
for (const lease of held) void lease.release()
detector.stop()
