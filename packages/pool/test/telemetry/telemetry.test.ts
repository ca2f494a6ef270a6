import assert from 'node:assert/strict'
import { context, trace } from '@opentelemetry/api'
import { leaseTelemetry } from '@leasehold/core'
import type { DataPoint, Histogram, MetricData } from '@opentelemetry/sdk-metrics'
import { SamplingDecision, type ReadableSpan, type Sampler } from '@opentelemetry/sdk-trace-base'
import { MetricsSdk, TracingSdk } from '../../../core/test/telemetry/sdk.ts'
import { METRICS, SPANS } from '../../src/telemetry/names.generated.ts'
import { never, turns, Workshop } from '../workshop.ts'

/** The figures are the process's: each test has a name of its own. */
let tests = 0
let name = ''

/** A metric's values, by the one attribute that tells its points apart. */
function figures(metric: MetricData | undefined, attribute: string = ''): Record<string, unknown> {
  assert(metric, 'the metric is exported')
  const points = (metric.dataPoints as DataPoint<unknown>[]).filter(
    ({ attributes }) => attributes['leasehold.name'] === name,
  )
  return Object.fromEntries(points.map(({ attributes, value }) => [attributes[attribute] ?? '', value]))
}

/** Something of everything: waits, time-outs, failures, a resource in each state. */
async function script(shop: Workshop): Promise<ReturnType<Workshop['pool']>> {
  const pool = shop.pool(
    {
      name,
      max: 5,
      testOnBorrow: true,
      destroyTimeoutMillis: 60_000,
      createTimeoutMillis: 200,
      acquireTimeoutMillis: 5_000,
      database: { system: 'postgresql', namespace: 'shop', serverAddress: 'db.internal', serverPort: 5432 },
    },
    { validate: () => true, reset: () => {} },
  )
  shop.create = () => Promise.reject(new TypeError('down'))
  await assert.rejects(pool.acquire())
  shop.create = () => shop.make()
  for (let i = 0; i < 3; i++) await (await pool.acquire()).release()
  const held = [await pool.acquire(), await pool.acquire(), await pool.acquire()]
  await held.pop()!.release()
  shop.destroy = never
  await shop.clock.advance(70)
  void held.pop()!.destroy()
  await pool.acquire()
  shop.create = never
  const hung = assert.rejects(pool.acquire(), { phase: 'create' })
  await shop.clock.advance(200)
  await hung
  void pool.acquire().catch(() => {})
  void pool.acquire().catch(() => {})
  void pool.acquire().catch(() => {})
  await turns()
  return pool
}

describe('telemetry of a pool', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
    name = `telemetry${++tests}`
  })

  it('metrics are what happened, and exactly those of the registry', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const pool = await script(shop)
    const all = await sdk.collect()
    const own = [...all.keys()].filter(key => /^(leasehold\.pool|db\.client)\./.test(key))
    assert.deepEqual(new Set(own), new Set(METRICS.map(metric => metric.name)))
    for (const metric of METRICS) {
      const { descriptor, dataPoints } = all.get(metric.name)!
      assert.deepEqual([descriptor.unit, descriptor.description], [metric.unit, metric.description])
      const emitted = new Set(dataPoints.flatMap(point => Object.keys(point.attributes)))
      assert.deepEqual(emitted, new Set(metric.attributes), metric.name)
    }
    const { creating, borrowed, idle, waiting } = pool.status()
    assert.deepEqual(figures(all.get('leasehold.pool.resource.count'), 'leasehold.pool.resource.state'), {
      idle,
      used: borrowed,
      creating,
      destroying: 1,
    })
    assert.deepEqual(figures(all.get('leasehold.pool.resource.limit')), { '': 5 })
    assert.deepEqual(figures(all.get('leasehold.pool.pending_requests')), { '': waiting })
    assert.equal(waiting, 3)
    assert.deepEqual(figures(all.get('leasehold.pool.timeouts'), 'leasehold.pool.phase'), {
      wait: 0,
      create: 1,
      validate: 0,
      reset: 0,
      destroy: 0,
    })
    assert.deepEqual(figures(all.get('leasehold.pool.breaker.state')), { '': 0 })
    const of = (metric: string): Histogram => figures(all.get(metric))[''] as Histogram
    assert.equal(of('leasehold.pool.create.duration').count, 5)
    assert.equal(of('leasehold.pool.wait.duration').count, 7)
    assert.equal(of('leasehold.pool.use.duration').count, 5)
    assert(Math.abs((of('leasehold.pool.use.duration').sum ?? 0) - 0.07) < 1e-9)
  })

  it('durations are in the producer’s histograms where there is one', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    using _ = leaseTelemetry().attachProducer()
    const pool = shop.pool({ name, max: 1 })
    await (await pool.acquire()).release()
    const held = await pool.acquire()
    const waiting = pool.acquire()
    await shop.clock.advance(300)
    await held.release()
    await waiting
    const of = (metric: string): unknown[] => {
      const point = leaseTelemetry()
        .histograms()
        .find(histogram => histogram.name === metric)!
        .points.find(({ attributes }) => attributes['leasehold.name'] === name)
      return [point?.count, point?.sum]
    }
    assert.deepEqual(of('leasehold.pool.wait.duration'), [3, 0.3])
    assert.deepEqual(of('leasehold.pool.use.duration'), [2, 0.3])
    assert.deepEqual(of('leasehold.pool.create.duration'), [1, 0])
    const api = (await sdk.collect()).get('leasehold.pool.wait.duration')
    assert.deepEqual(api === undefined ? {} : figures(api), {}, 'and not in the SDK’s own as well')
  })

  it('sums two pools of a name, and lets a drained one go', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const [a, b] = [shop.pool({ name, max: 3 }), shop.pool({ name, max: 4 })]
    await a.acquire().then(lease => lease.release())
    assert.deepEqual(figures((await sdk.collect()).get('leasehold.pool.resource.limit')), { '': 7 })
    await a.drain()
    assert.deepEqual(figures((await sdk.collect()).get('leasehold.pool.resource.limit')), { '': 4 })
    await b.drain()
  })

  it('metrics: false exports none', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    shop.pool({ name, telemetry: { metrics: false } })
    const metric = (await sdk.collect()).get('leasehold.pool.resource.limit')
    assert.deepEqual(metric === undefined ? {} : figures(metric), {})
  })

  const named = (spans: readonly ReadableSpan[], span: string): ReadableSpan[] =>
    spans.filter(each => each.name === span && each.attributes['leasehold.name'] === name)

  it('spans are the registry’s, with its attributes and no other', async () => {
    using sdk = new TracingSdk()
    await script(shop)
    await shop.clock.advance(60_000)
    const emitted = sdk.spans.filter(span => span.attributes['leasehold.name'] === name)
    assert.deepEqual(new Set(emitted.map(span => span.name)), new Set(SPANS.map(span => span.name)))
    for (const { name: span, attributes } of SPANS) {
      const keys = new Set(named(sdk.spans, span).flatMap(each => Object.keys(each.attributes)))
      keys.add('error.type')
      assert.deepEqual(keys, new Set(attributes), span)
    }
    const failed = named(sdk.spans, 'pool.create')[0]!
    assert.equal(failed.attributes['error.type'], 'TypeError')
    assert.deepEqual(failed.status, { code: 2, message: 'TypeError: down' })
    assert.equal(named(sdk.spans, 'pool.acquire')[0]!.attributes['error.type'], 'TypeError')
  })

  it('a return in which nothing happens has no span, one that does something has', async () => {
    using sdk = new TracingSdk()
    for (const [factory, options] of [
      [{}, {}],
      [{ reset: () => {} }, {}],
      [{ validate: () => true }, { testOnReturn: true }],
    ] as const) {
      const pool = shop.pool({ name, max: 1, ...options }, factory)
      await (await pool.acquire()).release()
    }
    assert.equal(named(sdk.spans, 'pool.acquire').length, 3)
    assert.equal(named(sdk.spans, 'pool.release').length, 2)
  })

  it('an acquire in a trace that is not recorded asks no sampler, one without a trace does', async () => {
    let asked = 0
    using sdk = new TracingSdk({
      sampler: {
        shouldSample: () => {
          asked++
          return { decision: SamplingDecision.NOT_RECORD }
        },
        toString: () => 'none',
      },
    })
    const pool = shop.pool({ name, max: 1 })
    await (await pool.acquire()).release()
    asked = 0
    await (await pool.acquire()).release()
    assert.equal(asked, 1)
    const request = trace.getTracer('test').startSpan('request')
    asked = 0
    await context.with(trace.setSpan(context.active(), request), async () => {
      await (await pool.acquire()).release()
    })
    assert.equal(asked, 0)
    assert.deepEqual(sdk.spans, [])
  })

  it('what happens in the background is a root span that links to who asked', async () => {
    using sdk = new TracingSdk()
    const pool = shop.pool({ name, max: 1, testOnBorrow: true }, { validate: () => true })
    const tracer = trace.getTracer('test')
    const request = tracer.startSpan('request')
    let seen: unknown
    shop.create = () => {
      seen = trace.getSpan(context.active())
      return shop.make()
    }
    await context.with(trace.setSpan(context.active(), request), async () => {
      await (await pool.acquire()).release()
      await (await pool.acquire()).destroy()
    })
    const id = request.spanContext().spanId
    for (const span of named(sdk.spans, 'pool.acquire')) assert.equal(span.parentSpanContext?.spanId, id)
    for (const background of ['pool.create', 'pool.validate', 'pool.destroy']) {
      const [span] = named(sdk.spans, background)
      assert.equal(span?.parentSpanContext, undefined, background)
      assert.deepEqual(
        new Set(span?.links.map(link => link.context.traceId)),
        new Set([request.spanContext().traceId]),
        background,
      )
    }
    const [create] = named(sdk.spans, 'pool.create')
    const [acquire] = named(sdk.spans, 'pool.acquire')
    assert.equal(
      create!.links[0]!.context.spanId,
      acquire!.spanContext().spanId,
      'the acquire that it was for',
    )
    assert.equal((seen as ReadableSpan).name, 'pool.create')
  })

  it('a loan that was waited for is its waiter’s, not its releaser’s', async () => {
    using _ = new TracingSdk()
    const pool = shop.pool({ name, max: 1 })
    const held = await pool.acquire()
    const waiter = trace.getTracer('test').startSpan('waiter')
    const releaser = trace.getTracer('test').startSpan('releaser')
    const waiting = context.with(trace.setSpan(context.active(), waiter), () => pool.acquire())
    await context.with(trace.setSpan(context.active(), releaser), () => held.release())
    const lease = await waiting
    const info = shop.registry.leases().find(({ id }) => id === lease.id)
    assert.equal(info?.spanId, waiter.spanContext().spanId)
  })

  it('spans: errors and slow are made afterwards, off are none', async () => {
    for (const [spans, expected] of [
      ['errors', 1],
      ['slow', 1],
      ['off', 0],
    ] as const) {
      using sdk = new TracingSdk()
      const own = new Workshop()
      const pool = own.pool({ name, max: 1, telemetry: { spans } })
      await (await pool.acquire()).release()
      own.create = () => Promise.reject(new Error('down'))
      await (await pool.acquire()).destroy()
      await assert.rejects(pool.acquire())
      assert.equal(named(sdk.spans, 'pool.acquire').length, expected, spans)
    }
  })

  for (const testOnBorrow of [false, true]) {
    it(`an SDK that takes a resource itself gets another${testOnBorrow ? ', validated too' : ''}`, async () => {
      const held: Promise<{ value: { id: number } }>[] = []
      let isGreedy = true
      const sampler: Sampler = {
        shouldSample: (_context, _trace, span) => {
          if (span === 'pool.acquire' && isGreedy) {
            isGreedy = false
            held.push(pool.acquire())
          }
          return { decision: SamplingDecision.NOT_RECORD }
        },
        toString: () => 'greedy',
      }
      const pool = shop.pool({ name, max: 2, testOnBorrow }, { validate: () => true })
      const both = [await pool.acquire(), await pool.acquire()]
      for (const lease of both) await lease.release()
      using _ = new TracingSdk({ sampler })
      leaseTelemetry().refresh()
      const lease = await pool.acquire()
      const [other] = await Promise.all(held)
      assert.notEqual(lease.value.id, other!.value.id)
      shop.check()
    })
  }
})
