import assert from 'node:assert/strict'
import { truncateSync } from 'node:fs'
import { context, trace } from '@opentelemetry/api'
import { leaseTelemetry } from '@leasehold/core'
import type { DataPoint, Histogram, MetricData } from '@opentelemetry/sdk-metrics'
import { MetricsSdk, TracingSdk } from '../../../core/test/telemetry/sdk.ts'
import { mapFile, mapFileSync } from '../../src/index.ts'
import { METRICS, SPANS } from '../../src/telemetry/names.generated.ts'
import { canMap, pattern, Scratch } from '../scratch.ts'

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

describe('telemetry of mappings', () => {
  let scratch: Scratch

  before(function () {
    if (!canMap) this.skip()
  })
  beforeEach(() => {
    scratch = new Scratch()
    name = `mapping${++tests}`
  })
  afterEach(() => scratch.remove())

  it('counts what was mapped, read, written, flushed and lost', async () => {
    using sdk = new MetricsSdk()
    const { registry } = scratch
    const path = scratch.file(pattern(10_000))
    const first = await mapFile(path, { name, registry, access: 'rw' })
    const second = mapFileSync(path, { name, registry, length: 5_000 })
    const read = mapFileSync(path, { name, registry, fallback: 'always' })
    first.readInto(9_990, new Uint8Array(100))
    first.slice(0, 200)
    second.string(0, 30)
    read.slice(0, 5)
    first.write(0, new Uint8Array(7))
    first.u32(0)
    first.setU32(0, 1)
    await first.flush()
    await first.flush(0, 10)
    let all = await sdk.collect()
    const of = (metric: string, attribute?: string): Record<string, unknown> =>
      figures(all.get(`leasehold.mmap.${metric}`), attribute && `leasehold.mmap.${attribute}`)
    assert.deepEqual(of('mapping.count', 'backend'), { mmap: 2, file: 1 })
    assert.deepEqual(of('mapped.size'), { '': 15_000 })
    assert.deepEqual(of('io', 'direction'), { read: 10 + 200 + 30 + 5, write: 7 })
    assert.deepEqual(of('faults', 'fault.reason'), { truncated: 0, no_space: 0 })
    assert.deepEqual(of('fallbacks', 'fallback.reason'), { requested: 1 })
    assert.equal((of('flush.duration')[''] as Histogram).count, 2)
    assert.deepEqual(
      METRICS.map(metric => metric.name).filter(metric => !all.has(metric)),
      [],
      'each metric of the registry is exported',
    )
    await first.resize(20_000)
    truncateSync(path, 0)
    for (let i = 0; i < 3; i++) assert.throws(() => second.u32(0), { code: 'ERR_MMAP_TRUNCATED' })
    await assert.rejects(first.flush(), { code: 'ERR_MMAP_TRUNCATED' })
    all = await sdk.collect()
    assert.deepEqual(of('mapped.size'), { '': 25_000 })
    assert.deepEqual(of('faults', 'fault.reason'), { truncated: 2, no_space: 0 }, 'each mapping once')
    assert.equal((of('flush.duration')[''] as Histogram).count, 3)
    await Promise.all([first.close(), second.close(), read.close()])
    all = await sdk.collect()
    assert.deepEqual(of('mapping.count', 'backend'), { mmap: 0, file: 0 })
    assert.deepEqual(of('mapped.size'), { '': 0 })
    const outcomes = figures(all.get('leasehold.cleanups'), 'leasehold.cleanup.outcome')
    assert.equal(outcomes['success'], 3)
  })

  it('has the durations of flushes in the producer’s histograms, and not in the SDK’s as well', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    using _ = leaseTelemetry().attachProducer()
    await using mapping = mapFileSync(scratch.file('x'), { name, registry: scratch.registry, access: 'rw' })
    await mapping.flush()
    const found = leaseTelemetry()
      .histograms()
      .find(histogram => histogram.name === 'leasehold.mmap.flush.duration')
      ?.points.find(({ attributes }) => attributes['leasehold.name'] === name)
    assert.equal(found?.count, 1)
    const exported = (await sdk.collect()).get('leasehold.mmap.flush.duration')
    assert.deepEqual(exported === undefined ? {} : figures(exported), {})
  })

  it('counts nothing of one that is not to be', async () => {
    using sdk = new MetricsSdk()
    const telemetry = { metrics: false }
    await using mapping = mapFileSync(scratch.file('x'), { name, registry: scratch.registry, telemetry })
    mapping.slice(0, 1)
    const all = await sdk.collect()
    for (const { name } of METRICS) {
      const metric = all.get(name)
      if (metric !== undefined) assert.deepEqual(figures(metric), {}, name)
    }
  })

  it('has a span for the map, the flush and the unmap, each whoever asked’s child', async () => {
    using sdk = new TracingSdk()
    const path = scratch.file('0123456789')
    const { registry } = scratch
    const parent = trace.getTracer('test').startSpan('request')
    await context.with(trace.setSpan(context.active(), parent), async () => {
      await using mapping = await mapFile(path, { name, registry, access: 'rw' })
      await mapping.flush()
      await mapFileSync(path, { name, registry, fallback: 'always' }).close()
      assert.throws(() => mapFileSync(`${path}.none`, { name, registry }))
    })
    const spans = sdk.spans.filter(span => span.attributes['leasehold.name'] === name)
    const seen = spans.map(span => [
      span.name,
      span.attributes['leasehold.kind'],
      span.attributes['leasehold.mmap.backend'],
      span.attributes['error.type'],
      span.parentSpanContext?.spanId === parent.spanContext().spanId,
    ])
    assert.deepEqual(seen, [
      ['mmap.map', 'mmap.mapping', 'mmap', undefined, true],
      ['mmap.flush', 'mmap.mapping', undefined, undefined, true],
      ['mmap.map', 'mmap.mapping', 'file', undefined, true],
      ['mmap.unmap', 'mmap.mapping', undefined, undefined, true],
      ['mmap.map', 'mmap.mapping', undefined, 'ERR_MMAP_OPEN', true],
      ['mmap.unmap', 'mmap.mapping', undefined, undefined, true],
    ])
    const known = new Map(SPANS.map(span => [span.name, span.attributes]))
    for (const span of spans) {
      const unknown = Object.keys(span.attributes).filter(key => !known.get(span.name)?.includes(key))
      assert.deepEqual(unknown, [], span.name)
    }
    assert.ok(
      !JSON.stringify(spans.map(span => span.attributes)).includes(scratch.folder),
      'no path in a span',
    )
  })

  it('costs numbers no span, whatever is recorded', async () => {
    using sdk = new TracingSdk()
    await using mapping = mapFileSync(scratch.file(pattern(100)), {
      name,
      registry: scratch.registry,
      access: 'rw',
    })
    const before = sdk.spans.length
    for (let i = 0; i < 1_000; i++) mapping.setU32(8, mapping.u32(4))
    mapping.slice(0, 100)
    assert.equal(sdk.spans.length, before)
  })

  it('is silent about successes where only errors are told', async () => {
    using sdk = new TracingSdk()
    const { registry } = scratch
    const path = scratch.file(pattern(100))
    const mapping = mapFileSync(path, { name, registry, access: 'rw', preset: 'lowMemory' })
    await mapping.flush()
    truncateSync(path, 0)
    await assert.rejects(mapping.flush())
    await mapping.close()
    assert.deepEqual(
      sdk.spans.map(span => [span.name, span.attributes['error.type']]),
      [['mmap.flush', 'ERR_MMAP_TRUNCATED']],
    )
  })

  it('is not felt where the SDK throws', async () => {
    const angry = {
      getTracer() {
        throw new Error('angry')
      },
    }
    trace.setGlobalTracerProvider(angry)
    try {
      await using mapping = mapFileSync(scratch.file('x'), { name, registry: scratch.registry, access: 'rw' })
      await mapping.flush()
      assert.equal(mapping.u8(0), 120)
    } finally {
      trace.disable()
    }
  })

  it('tells views apart from mappings', async () => {
    const { registry } = scratch
    await using mapping = mapFileSync(scratch.file('0123456789'), { name, registry })
    {
      using view = mapping.lease(2, 3)
      assert.equal(Buffer.from(view.value).toString(), '234')
      using empty = mapping.lease(10, 0)
      assert.equal(empty.value.length, 0)
      assert.deepEqual(
        registry.stats().groups.map(({ kind, live }) => [kind, live]),
        [
          ['mmap.mapping', 1],
          ['mmap.view', 2],
        ],
      )
      await assert.rejects(mapping.close(), {
        code: 'ERR_MMAP_BUSY',
        message: `mapping "${name}": 1 view is held; release it before close`,
      })
      assert.equal(mapping.isClosed, false)
    }
    assert.equal(registry.stats().groups.find(({ kind }) => kind === 'mmap.view')?.outcomes.success, 2)
  })
})
