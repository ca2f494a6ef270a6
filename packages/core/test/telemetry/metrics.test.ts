import assert from 'node:assert/strict'
import { metrics } from '@opentelemetry/api'
import { MeterProvider, type DataPoint, type Histogram, type MetricData } from '@opentelemetry/sdk-metrics'
import { leaseTelemetry, ResourceRegistry, type TrackOptions } from '../../src/index.ts'
import { METRICS } from '../../src/telemetry/names.generated.ts'
import { FakeClock } from '../fake-clock.ts'
import { MetricsSdk } from './sdk.ts'

/** The hub is the process's: each test has a kind of its own. */
let kinds = 0
let kind = ''
let clock: FakeClock
let registry: ResourceRegistry

function take(
  name: string,
  more: Partial<TrackOptions<string>> = {},
): ReturnType<typeof registry.track<string>> {
  return registry.track(name, { kind, name, cleanup: () => {}, ...more })
}

/** A metric's values by name and, where it has one, outcome; of this test's kind. */
function figures(metric: MetricData | undefined): Record<string, number> {
  assert.ok(metric, 'the metric is exported')
  const points = metric.dataPoints as DataPoint<number>[]
  return Object.fromEntries(
    points
      .filter(({ attributes }) => attributes['leasehold.kind'] === kind)
      .map(({ attributes, value }) => [
        [attributes['leasehold.name'], attributes['leasehold.cleanup.outcome']].filter(Boolean).join(' '),
        value,
      ]),
  )
}

function histogram(metric: MetricData | undefined, name: string): Histogram | undefined {
  const points = (metric?.dataPoints ?? []) as DataPoint<Histogram>[]
  return points.find(
    ({ attributes }) => attributes['leasehold.kind'] === kind && attributes['leasehold.name'] === name,
  )?.value
}

async function script(): Promise<void> {
  for (let i = 0; i < 5; i++) await take('a').release()
  await take('a', { cleanup: () => Promise.reject(new TypeError('broken')) })
    .release()
    .catch(() => {})
  void take('hung', { cleanup: () => new Promise(() => {}) }).release()
  await clock.advance(1_100)
  await take('a', { strategy: 'forced', force: () => {} }).release()
  take('held', { leakThresholdMillis: 500 })
  await clock.advance(2_000)
  take('held', { leakThresholdMillis: 5_000 })
}

const outcomes = (name: string, counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    ['success', 'failure', 'timeout', 'abandoned', 'forced'].map(each => [
      `${name} ${each}`,
      counts[each] ?? 0,
    ]),
  )

async function checkScript(sdk: MetricsSdk): Promise<void> {
  const all = await sdk.collect()
  assert.deepEqual(figures(all.get('leasehold.lease.acquisitions')), { a: 7, hung: 1, held: 2 })
  assert.deepEqual(figures(all.get('leasehold.lease.active')), { a: 0, hung: 0, held: 2 })
  assert.deepEqual(figures(all.get('leasehold.lease.overdue')), { a: 0, hung: 0, held: 1 })
  assert.deepEqual(figures(all.get('leasehold.lease.quarantined')), { a: 0, hung: 1, held: 0 })
  assert.deepEqual(figures(all.get('leasehold.lease.oldest.age')), { a: 0, hung: 0, held: 2 })
  assert.deepEqual(figures(all.get('leasehold.cleanups')), {
    ...outcomes('a', { success: 5, failure: 1, forced: 1 }),
    ...outcomes('hung', { timeout: 1 }),
    ...outcomes('held', {}),
  })
}

describe('metrics', () => {
  beforeEach(() => {
    kind = `metrics.test${++kinds}`
    clock = new FakeClock()
    registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 1_000, cleanupGraceMillis: 100 })
  })

  it('are what happened, to the unit', async () => {
    using sdk = new MetricsSdk()
    await script()
    await checkScript(sdk)
  })

  it('include all since the start when the SDK comes after it all', async () => {
    await script()
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    await checkScript(sdk)
  })

  it('are found by the next lease, without being asked for', async () => {
    take('early')
    using sdk = new MetricsSdk()
    take('late')
    assert.deepEqual(figures((await sdk.collect()).get('leasehold.lease.acquisitions')), {
      early: 1,
      late: 1,
    })
  })

  it('go to a second SDK when the first is gone', async () => {
    {
      using first = new MetricsSdk()
      take('a')
      assert.deepEqual(figures((await first.collect()).get('leasehold.lease.active')), { a: 1 })
    }
    using second = new MetricsSdk()
    take('a')
    assert.deepEqual(figures((await second.collect()).get('leasehold.lease.active')), { a: 2 })
  })

  it('are the registry file’s, with their units, texts and attributes, and no other', async () => {
    using sdk = new MetricsSdk()
    await script()
    const all = await sdk.collect()
    // Of memory others in this process may have made a monitor; it has a test of its own.
    const own = [...all.keys()].filter(name => !name.startsWith('leasehold.memory.'))
    assert.deepEqual(own.toSorted(), METRICS.map(metric => metric.name).toSorted())
    for (const metric of METRICS) {
      const { descriptor, dataPoints } = all.get(metric.name)!
      assert.equal(descriptor.unit, metric.unit)
      assert.equal(descriptor.description, metric.description)
      const emitted = new Set(dataPoints.flatMap(point => Object.keys(point.attributes)))
      assert.deepEqual([...emitted].toSorted(), [...metric.attributes].toSorted(), metric.name)
    }
  })

  it('sum two registries of a kind and name', async () => {
    using sdk = new MetricsSdk()
    const other = new ResourceRegistry()
    take('a')
    other.track(1, { kind, name: 'a', cleanup: () => {} })
    assert.deepEqual(figures((await sdk.collect()).get('leasehold.lease.active')), { a: 2 })
  })

  it('leave out what is told to be left out; stats() does not', async () => {
    using sdk = new MetricsSdk()
    take('seen')
    take('unseen', { telemetry: { metrics: false } })
    take('seen', { telemetry: { metrics: false } })
    assert.deepEqual(figures((await sdk.collect()).get('leasehold.lease.active')), { seen: 1 })
    const live = registry.stats().groups.map(group => [group.name, group.live])
    assert.deepEqual(live, [
      ['seen', 2],
      ['unseen', 1],
    ])
  })

  it('have the durations in the SDK’s own histograms where there is no producer', async () => {
    using sdk = new MetricsSdk()
    const lease = take('a', { cleanup: async () => clock.advance(40) })
    await clock.advance(300)
    await lease.release()
    const all = await sdk.collect()
    const held = histogram(all.get('leasehold.lease.duration'), 'a')
    assert.deepEqual([held?.count, held?.sum], [1, 0.3])
    assert.equal(histogram(all.get('leasehold.cleanup.duration'), 'a')?.sum, 0.04)
  })

  it('leave out of the SDK’s own histograms too what is told to be left out', async () => {
    using sdk = new MetricsSdk()
    await take('seen').release()
    await take('unseen', { telemetry: { metrics: false } }).release()
    const all = await sdk.collect()
    for (const name of ['leasehold.lease.duration', 'leasehold.cleanup.duration']) {
      assert.equal(histogram(all.get(name), 'seen')?.count, 1)
      assert.equal(histogram(all.get(name), 'unseen'), undefined)
    }
  })

  it('have the durations in the producer’s histograms alone where there is one', async () => {
    using sdk = new MetricsSdk()
    take('before')
    using _ = leaseTelemetry().attachProducer()
    const lease = take('a')
    await clock.advance(300)
    await lease.release()
    assert.equal(histogram((await sdk.collect()).get('leasehold.lease.duration'), 'a'), undefined)
    const held = leaseTelemetry()
      .histograms()
      .find(({ name }) => name === 'leasehold.lease.duration')
      ?.points.find(({ attributes }) => attributes['leasehold.kind'] === kind)
    assert.deepEqual([held?.count, held?.sum, held?.attributes['leasehold.name']], [1, 0.3, 'a'])
  })

  it('tell failed cleanups apart by the error’s type, of which few are kept', async () => {
    for (let i = 0; i < 40; i++) {
      const error = Object.assign(new Error('broken'), { name: `Error${i}` })
      await take('a', { cleanup: () => Promise.reject(error) })
        .release()
        .catch(() => {})
    }
    const points = leaseTelemetry()
      .histograms()
      .find(({ name }) => name === 'leasehold.cleanup.duration')!
      .points.filter(({ attributes }) => attributes['leasehold.kind'] === kind)
    assert.equal(points.length, 17)
    const other = points.find(({ attributes }) => attributes['error.type'] === '_OTHER')
    assert.equal(other?.count, 24)
  })

  it('tell them apart no further in the SDK’s own histograms', async () => {
    using sdk = new MetricsSdk()
    for (let i = 0; i < 40; i++) {
      const error = Object.assign(new Error('broken'), { name: `Error${i}` })
      await take('a', { cleanup: () => Promise.reject(error) })
        .release()
        .catch(() => {})
    }
    const points = (await sdk.collect()).get('leasehold.cleanup.duration')!.dataPoints
    const types = points
      .filter(({ attributes }) => attributes['leasehold.kind'] === kind)
      .map(({ attributes }) => attributes['error.type'])
    assert.equal(types.length, 17)
    assert.ok(types.includes('_OTHER'))
  })

  it('go to a second SDK though the first throws when it is left', async () => {
    const broken = new MeterProvider()
    const getMeter = broken.getMeter.bind(broken)
    broken.getMeter = (...which) => {
      const meter = getMeter(...which)
      meter.removeBatchObservableCallback = () => {
        throw new Error('broken SDK')
      }
      return meter
    }
    metrics.setGlobalMeterProvider(broken)
    take('a')
    metrics.disable()
    using second = new MetricsSdk()
    take('a')
    assert.deepEqual(figures((await second.collect()).get('leasehold.lease.active')), { a: 2 })
  })

  it('of an SDK that throws are not felt', async () => {
    const broken = (): never => {
      throw new Error('broken SDK')
    }
    metrics.setGlobalMeterProvider({ getMeter: broken })
    try {
      await take('a').release()
      assert.equal(registry.stats().outcomes.success, 1)
    } finally {
      metrics.disable()
    }
  })
})
