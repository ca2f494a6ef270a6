import assert from 'node:assert/strict'
import { context, trace } from '@opentelemetry/api'
import { leaseTelemetry } from '@leasehold/core'
import type { DataPoint, Histogram, MetricData } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { MetricsSdk, TracingSdk } from '../../../core/test/telemetry/sdk.ts'
import type { Cache } from '../../src/index.ts'
import { METRICS, SPANS } from '../../src/telemetry/names.generated.ts'
import { Larder, pending, turns, type Jar } from '../larder.ts'

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

/** Something of everything: every result, every reason but pressure, loads that fail, a loan that is out. */
async function script(larder: Larder): Promise<Cache<string, Jar>> {
  const answers: (Jar | Promise<Jar>)[] = [
    larder.jar(2),
    Promise.reject(new TypeError('down')),
    larder.jar(3),
    larder.jar(9),
  ]
  const cache = larder.cache({
    name,
    maxEntries: 3,
    maxBytes: 10,
    sizeOf: ({ bytes }) => bytes,
    ttlMillis: 100,
    staleWhileRevalidateMillis: 100,
    load: () => answers.shift()!,
    dispose: jar => {
      if (jar.id === 5) throw new RangeError('stuck')
      jar.ends.push('closed')
    },
  })
  await cache.fetch('a') // 2 bytes, id 0
  await assert.rejects(cache.fetch('b'), { message: 'down' })
  await larder.clock.advance(150)
  cache.get('a') // stale; loads id 1
  await turns()
  cache.set('c', larder.jar(1))
  cache.set('c', larder.jar(1))
  cache.delete('c')
  cache.set('d', larder.jar(1))
  cache.set('e', larder.jar(1))
  cache.set('f', larder.jar(1)) // one goes for size
  cache.set('g', larder.jar(9)) // some go for bytes
  cache.set('h', larder.jar(50)) // not let in
  cache.set('short', larder.jar(1), { ttlMillis: 1 })
  await larder.clock.advance(102)
  cache.get('short')
  const lease = cache.lease('g') // stale; a load is begun
  cache.clear()
  assert(lease !== undefined)
  cache.set('z', larder.jar(1), { ttlMillis: Infinity })
  await larder.clock.advance(1_000)
  return cache
}

describe('telemetry of a cache', () => {
  let larder: Larder
  beforeEach(() => {
    larder = new Larder()
    name = `cache${++tests}`
  })

  it('metrics are what happened, and exactly those of the registry', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const cache = await script(larder)
    const all = await sdk.collect()
    const own = [...all.keys()].filter(key => key.startsWith('leasehold.cache.'))
    assert.deepEqual(new Set(own), new Set(METRICS.map(metric => metric.name)))
    for (const metric of METRICS) {
      const { descriptor, dataPoints } = all.get(metric.name)!
      assert.deepEqual([descriptor.unit, descriptor.description], [metric.unit, metric.description])
      const emitted = new Set(dataPoints.flatMap(point => Object.keys(point.attributes)))
      assert.deepEqual(emitted, new Set(metric.attributes), metric.name)
    }
    const { hits, misses, stale, evictions, entries, bytes, retired } = cache.stats()
    assert.deepEqual(retired, { entries: 1, bytes: 9 })
    assert(stale === 2 && misses === 3 && Object.values(evictions).filter(count => count > 0).length === 6)
    const of = (metric: string, attribute?: string): unknown =>
      figures(all.get(`leasehold.cache.${metric}`), attribute)
    assert.deepEqual(of('requests', 'leasehold.cache.result'), { hit: hits, miss: misses, stale })
    assert.deepEqual(of('evictions', 'leasehold.cache.reason'), evictions)
    assert.deepEqual(of('entry.count', 'leasehold.cache.state'), { live: entries, retired: 1 })
    assert.deepEqual(of('size', 'leasehold.cache.state'), { live: bytes, retired: 9 })
    assert.deepEqual([of('entry.limit'), of('size.limit')], [{ '': 3 }, { '': 10 }])
    const sizes = of('eviction.size', 'leasehold.cache.reason') as Record<string, number>
    assert.equal(sizes['bytes']! >= 50, true)
    const loads = figures(all.get('leasehold.cache.load.duration'))[''] as Histogram
    assert.equal(loads.count, 4)
  })

  it('durations are in the producer’s histograms where there is one', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    using _ = leaseTelemetry().attachProducer()
    const answer = pending<number>()
    const cache = larder.of<number>({ name, load: () => answer.promise })
    const asked = cache.fetch('a')
    await larder.clock.advance(300)
    answer.resolve(1)
    await asked
    const metric = leaseTelemetry()
      .histograms()
      .find(histogram => histogram.name === 'leasehold.cache.load.duration')!
    const point = metric.points.find(({ attributes }) => attributes['leasehold.name'] === name)
    assert.deepEqual([point?.count, point?.sum], [1, 0.3])
    const api = (await sdk.collect()).get('leasehold.cache.load.duration')
    assert.deepEqual(api === undefined ? {} : figures(api), {}, 'and not in the SDK’s own as well')
  })

  it('sums two caches of a name; totals outlive a cache, its entries do not', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const [a, b] = [larder.of<number>({ name, maxEntries: 3 }), larder.of<number>({ name, maxEntries: 4 })]
    for (const cache of [a, b]) {
      cache.set('k', 1)
      cache.get('k')
      cache.get('other')
    }
    await a.close()
    const all = await sdk.collect()
    const of = (metric: string, attribute?: string): unknown =>
      figures(all.get(`leasehold.cache.${metric}`), attribute)
    assert.deepEqual(of('requests', 'leasehold.cache.result'), { hit: 2, miss: 2, stale: 0 })
    assert.deepEqual(of('entry.count', 'leasehold.cache.state'), { live: 1, retired: 0 })
    assert.deepEqual(of('entry.limit'), { '': 4 })
    assert.equal((of('evictions', 'leasehold.cache.reason') as Record<string, number>)['closed'], 1)
    await b.close()
    const after = await sdk.collect()
    assert.deepEqual(figures(after.get('leasehold.cache.requests'), 'leasehold.cache.result'), {
      hit: 2,
      miss: 2,
      stale: 0,
    })
    assert.deepEqual(figures(after.get('leasehold.cache.entry.limit')), { '': 0 })
  })

  it('a cache without a limit reports none', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    larder.of<string>({ name, maxBytes: 100 })
    const all = await sdk.collect()
    assert.deepEqual(figures(all.get('leasehold.cache.size.limit')), { '': 100 })
    const limit = all.get('leasehold.cache.entry.limit')
    assert.deepEqual(limit === undefined ? {} : figures(limit), {})
  })

  it('metrics: false exports none', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    larder.of<string>({ name, telemetry: { metrics: false } })
    const metric = (await sdk.collect()).get('leasehold.cache.requests')
    assert.deepEqual(metric === undefined ? {} : figures(metric), {})
  })

  const named = (spans: readonly ReadableSpan[], span: string): ReadableSpan[] =>
    spans.filter(each => each.name === span && each.attributes['leasehold.name'] === name)

  it('spans are the registry’s, with its attributes and no other', async () => {
    using sdk = new TracingSdk()
    const cache = await script(larder)
    void cache.close()
    await turns()
    const emitted = sdk.spans.filter(span => span.attributes['leasehold.name'] === name)
    const known = new Map(SPANS.map(span => [span.name, new Set(span.attributes)]))
    assert.deepEqual(new Set(emitted.map(span => span.name)), new Set(known.keys()))
    for (const { name: span, attributes } of emitted) {
      for (const key of Object.keys(attributes)) assert(known.get(span)!.has(key), `${span}: ${key}`)
    }
    const failed = named(sdk.spans, 'cache.load')[1]!
    assert.equal(failed.attributes['error.type'], 'TypeError')
    assert.deepEqual(failed.status, { code: 2, message: 'TypeError: down' })
    const stuck = named(sdk.spans, 'cache.dispose').filter(({ status }) => status.message !== undefined)
    assert.equal(stuck.length, 1)
    for (const span of emitted) {
      for (const text of [JSON.stringify(span.attributes), span.status.message ?? '']) {
        assert(!/"(?:short|z)"/.test(text), 'no key in telemetry')
      }
    }
  })

  it('a sweep has one span, with counts by reason and a link to who asked for it', async () => {
    using sdk = new TracingSdk()
    const cache = larder.of<string>({ name, maxEntries: 100, maxBytes: 1_000 })
    for (let i = 0; i < 50; i++) cache.set(`k${i}`, 'xxxxx')
    const request = trace.getTracer('test').startSpan('request')
    context.with(trace.setSpan(context.active(), request), () => cache.trim({ toFraction: 0.5 }))
    request.end()
    const [span, ...others] = named(sdk.spans, 'cache.evict')
    assert.equal(others.length, 0)
    assert.deepEqual(span!.attributes, {
      'leasehold.kind': 'cache.entry',
      'leasehold.name': name,
      'leasehold.cache.evicted.bytes': 25,
      'leasehold.cache.freed': 250,
    })
    assert.equal(span!.parentSpanContext, undefined)
    assert.equal(span!.links[0]!.context.spanId, request.spanContext().spanId)
  })

  it('what sets evict is gathered: one span a turn of the loop, and a second', async () => {
    using sdk = new TracingSdk()
    const cache = larder.of<number>({ name, maxEntries: 10 })
    for (let i = 0; i < 1_000; i++) cache.set(`k${i}`, i)
    assert.equal(named(sdk.spans, 'cache.evict').length, 0)
    await turns()
    for (let i = 0; i < 100; i++) {
      cache.set(`l${i}`, i)
      await turns(1)
    }
    assert.deepEqual(
      named(sdk.spans, 'cache.evict').map(({ attributes }) => attributes['leasehold.cache.evicted.size']),
      [990],
    )
    await larder.clock.advance(1_000)
    assert.deepEqual(
      named(sdk.spans, 'cache.evict').map(({ attributes }) => attributes['leasehold.cache.evicted.size']),
      [990, 100],
    )
  })

  it('a load is a root span that links to who asked first, and what it does is within it', async () => {
    using sdk = new TracingSdk()
    let inner: string | undefined
    const cache = larder.of<number>({
      name,
      load: () => {
        inner = trace.getSpanContext(context.active())?.spanId
        return 1
      },
    })
    const request = trace.getTracer('test').startSpan('request')
    await context.with(trace.setSpan(context.active(), request), () => cache.fetch('a'))
    request.end()
    const [load] = named(sdk.spans, 'cache.load')
    assert.equal(inner, load!.spanContext().spanId)
    assert.deepEqual(
      [load!.parentSpanContext, load!.links.map(link => link.context.spanId)],
      [undefined, [request.spanContext().spanId]],
    )
  })

  it('has no spans, or only those of failures, where that is asked for', async () => {
    using sdk = new TracingSdk()
    for (const spans of ['off', 'errors', 'slow'] as const) {
      const cache = larder.of<number>({
        name,
        maxEntries: 1,
        telemetry: { spans },
        load: key => (key === 'bad' ? Promise.reject(new Error('bad')) : 1),
      })
      await cache.fetch('a')
      await cache.fetch('b')
      await assert.rejects(cache.fetch('bad'))
      cache.clear()
      await turns()
    }
    assert.deepEqual(
      sdk.spans.filter(span => span.attributes['leasehold.name'] === name).map(span => span.name),
      ['cache.load', 'cache.load'],
    )
  })

  it('an SDK that throws is not felt', async () => {
    using _ = new TracingSdk({
      processors: [
        {
          onStart: () => {
            throw new Error('start')
          },
          onEnd: () => {
            throw new Error('end')
          },
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    })
    const cache = await script(larder)
    await turns()
    assert.equal(cache.peek('z')?.bytes, 1)
  })
})
