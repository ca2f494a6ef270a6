/**
 * What a loan costs, beside other pools: uncontended, with metrics, with every span recorded, with validation, and with
 * many waiting. `npm run bench -- pool [--smoke]`.
 */
import { createRequire } from 'node:module'
import { context, metrics, trace } from '@opentelemetry/api'
import { GenericPoolInstrumentation } from '@opentelemetry/instrumentation-generic-pool'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { AlwaysOffSampler, BasicTracerProvider, type Sampler } from '@opentelemetry/sdk-trace-base'
import { leaseTelemetry } from '@leasehold/core'
import { createPool, type PoolOptions } from '@leasehold/pool'
import genericPool from 'generic-pool'
import { createPool as createLightningPool } from 'lightning-pool'
import { Pool as TarnPool } from 'tarn'
import { bar, heading, row } from './measure.ts'

const isSmoke = process.argv.includes('--smoke')
/** Many short ones: some of them fall into the quiet moments of a busy machine. */
const ROUNDS = isSmoke ? 2 : 90
const CYCLES = isSmoke ? 2_000 : 5_000

type Cycle = () => Promise<void>
interface Contestant {
  readonly cycle: Cycle
  close(): unknown
}

const factory = { create: async () => ({}), destroy: async () => {}, validate: async () => true }
const usual = { max: 10, acquireTimeoutMillis: 30_000 }

function leasehold(options: PoolOptions = {}): Contestant {
  const pool = createPool(factory, { name: 'bench', ...usual, ...options })
  const cycle = async (): Promise<void> => (await pool.acquire()).release()
  return { cycle, close: () => pool.drain() }
}

/** Bare also while generic-pool is instrumented: that changes what all its pools have in common. */
const bareAcquire = (genericPool as unknown as { Pool: { prototype: genericPool.Pool<object> } }).Pool
  .prototype.acquire

function generic(options: genericPool.Options = usual): Contestant {
  const pool = Object.assign(genericPool.createPool(factory, options), { acquire: bareAcquire })
  const cycle = async (): Promise<void> => pool.release(await pool.acquire())
  return { cycle, close: () => pool.drain().then(() => pool.clear()) }
}

const instrumentation = new GenericPoolInstrumentation({ enabled: false })

/** With OpenTelemetry's own instrumentation, which sees a module when it is required. */
function genericInstrumented(): Contestant {
  instrumentation.enable()
  createRequire(import.meta.url)('generic-pool')
  const pool = genericPool.createPool(factory, usual)
  if (pool.acquire === bareAcquire) throw new Error('generic-pool is not instrumented')
  const cycle = async (): Promise<void> => pool.release(await pool.acquire())
  return { cycle, close: () => pool.drain().then(() => pool.clear()) }
}

function tarn(): Contestant {
  const pool = new TarnPool<object>({
    create: factory.create,
    destroy: factory.destroy,
    min: 0,
    max: 10,
    acquireTimeoutMillis: 30_000,
  })
  const cycle = async (): Promise<void> => {
    pool.release(await pool.acquire().promise)
  }
  return { cycle, close: () => pool.destroy() }
}

function lightning(validation: boolean = false): Contestant {
  const pool = createLightningPool<object>(factory, { ...usual, validation })
  const cycle = async (): Promise<void> => pool.releaseAsync(await pool.acquire())
  return { cycle, close: () => pool.close() }
}

/** No pool at all: an array, and a promise for each who takes. */
function bareQueue(): Contestant {
  const free: object[] = [{}]
  const cycle = async (): Promise<void> => {
    const one = await Promise.resolve(free.pop()!)
    free.push(one)
  }
  return { cycle, close: () => {} }
}

/**
 * Round by round, not one after the other: a busy spell of the machine then hits them all. Hence the ratio is taken of
 * each round, and the middle one of those counts.
 */
async function compare<T extends string>(
  what: string,
  contestants: Readonly<Record<T, Contestant>>,
): Promise<(one: T, other: T) => number> {
  heading(what, `ns, ${CYCLES} cycles, best of ${ROUNDS} rounds`)
  const names = Object.keys(contestants) as T[]
  const rounds = Object.fromEntries(names.map(name => [name, []])) as unknown as Record<T, number[]>
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      const { cycle } = contestants[name]
      const start = process.hrtime.bigint()
      for (let i = 0; i < CYCLES; i++) await cycle()
      rounds[name].push(Number(process.hrtime.bigint() - start) / CYCLES)
    }
  }
  for (const name of names) {
    row(name, Math.min(...rounds[name]))
    await contestants[name].close()
  }
  return (one, other) => median(rounds[one].map((nanos, round) => nanos / rounds[other][round]!))
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1]!
}

/** Collects when asked; that it is there makes the SDK record. */
class IdleReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

function registerMetrics(): Disposable {
  const reader = new IdleReader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE })
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
  leaseTelemetry().refresh()
  return leaseTelemetry().attachProducer()
}

function registerTracing(sampler?: Sampler): void {
  trace.disable()
  const provider = new BasicTracerProvider(sampler === undefined ? {} : { sampler })
  trace.setGlobalTracerProvider(provider)
  instrumentation.setTracerProvider(provider)
  leaseTelemetry().refresh()
}

/** Nanoseconds for one that waits to be served and to wait again, while so many others wait, for one resource. */
async function waiting(waiters: number): Promise<{ pool: number; queue: number }> {
  const own = createPool(factory, { name: 'bench', max: 1, acquireTimeoutMillis: 30_000 })
  const turns = isSmoke ? waiters * 2 : Math.max(200_000, waiters * 20)
  const pool = await standing(waiters, turns, () => own.acquire())
  await own.drain()
  return { pool, queue: await standing(waiters, turns, bareWaiting()) }
}

/** A queue that stays as long as it is: whoever is served releases, and waits again. */
async function standing(
  waiters: number,
  turns: number,
  acquire: () => Promise<{ release(): unknown }>,
): Promise<number> {
  let left = 0
  const work = async (): Promise<void> => {
    while (left-- > 0) (await acquire()).release()
  }
  let best = Infinity
  for (let trial = 0; trial < (isSmoke ? 1 : 5); trial++) {
    left = turns
    const start = process.hrtime.bigint()
    await Promise.all(Array.from({ length: waiters }, work))
    best = Math.min(best, Number(process.hrtime.bigint() - start) / turns)
  }
  return best
}

/** The least that can be: one resource, and an array of resolvers behind it. */
function bareWaiting(): () => Promise<{ release(): void }> {
  let resolvers: ((loan: { release(): void }) => void)[] = []
  let head = 0
  let isFree = true
  const loan = {
    release: () => {
      if (head === resolvers.length) isFree = true
      else resolvers[head++]!(loan)
      if (head * 2 > resolvers.length) {
        resolvers = resolvers.slice(head)
        head = 0
      }
    },
  }
  return () => {
    if (!isFree) return new Promise(resolve => resolvers.push(resolve))
    isFree = false
    return Promise.resolve(loan)
  }
}

const bare = await compare('acquire + release, no SDK', {
  'bare queue (floor)': bareQueue(),
  leasehold: leasehold(),
  'lightning-pool': lightning(),
  tarn: tarn(),
  'generic-pool': generic({ max: 10 }),
  'generic-pool, acquireTimeoutMillis': generic(),
})
bar(
  'no SDK, to the fastest peer',
  Math.max(...(['lightning-pool', 'tarn', 'generic-pool'] as const).map(peer => bare('leasehold', peer))),
  1,
  'x',
)

const tested = await compare('acquire + release with validation, no SDK', {
  leasehold: leasehold({ testOnBorrow: true }),
  'lightning-pool': lightning(true),
  'generic-pool, acquireTimeoutMillis': generic({ ...usual, testOnBorrow: true }),
})
bar('testOnBorrow, to lightning-pool', tested('leasehold', 'lightning-pool'), 1, 'x')

const [few, many] = [await waiting(10), await waiting(10_000)]
heading('an acquire that waits', 'ns; one resource, 10 and 10,000 that wait for it all the time')
row('leasehold, 10', few.pool)
row('leasehold, 10,000', many.pool)
row('bare queue, 10', few.queue)
row('bare queue, 10,000', many.queue)
bar('growth, to the bare queue’s', many.pool / few.pool / (many.queue / few.queue), 1.2, 'x')

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
const producer = registerMetrics()
registerTracing(new AlwaysOffSampler())
const sampledOut = await compare('acquire + release, metrics on, spans sampled out', {
  leasehold: leasehold(),
  'generic-pool, acquireTimeoutMillis': generic(),
  'generic-pool, instrumented': genericInstrumented(),
})
bar('metrics on, to bare generic-pool', sampledOut('leasehold', 'generic-pool, acquireTimeoutMillis'), 1, 'x')
// As it is in a service: the request's trace is what is not sampled.
const request = trace.setSpan(context.active(), trace.getTracer('bench').startSpan('request'))
const inRequest = await context.with(request, () =>
  compare('the same, within a request that is sampled out', {
    leasehold: leasehold(),
    'generic-pool, acquireTimeoutMillis': generic(),
    'generic-pool, instrumented': genericInstrumented(),
  }),
)
bar(
  'within a request, to bare generic-pool',
  inRequest('leasehold', 'generic-pool, acquireTimeoutMillis'),
  1,
  'x',
)

registerTracing()
const recorded = await compare('acquire + release, every span recorded', {
  leasehold: leasehold(),
  'generic-pool, instrumented': genericInstrumented(),
})
bar('every span, to generic-pool instrumented', recorded('leasehold', 'generic-pool, instrumented'), 0.7, 'x')
producer[Symbol.dispose]()
