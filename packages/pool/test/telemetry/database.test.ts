import assert from 'node:assert/strict'
import { leaseTelemetry } from '@leasehold/core'
import type { DataPoint, Histogram, MetricData } from '@opentelemetry/sdk-metrics'
import { MetricsSdk, TracingSdk } from '../../../core/test/telemetry/sdk.ts'
import type { DatabaseOptions } from '../../src/index.ts'
import { never, turns, Workshop } from '../workshop.ts'

const POOL_NAME = 'db.client.connection.pool.name'
const CONNECTION = 'db.client.connection.'

/** The figures are the process's: each test has a name of its own. */
let tests = 0
let name = ''

/** What `db.client.connection.<metric>` says of the pool `of`, by the attribute that tells its points apart. */
function figures(
  all: Map<string, MetricData>,
  metric: string,
  attribute: string = '',
  of: string = name,
): Record<string, unknown> {
  const points = (all.get(CONNECTION + metric)?.dataPoints ?? []) as DataPoint<unknown>[]
  return Object.fromEntries(
    points
      .filter(({ attributes }) => attributes[POOL_NAME] === of)
      .map(({ attributes, value }) => [attributes[attribute] ?? '', value]),
  )
}

const durations = (value: unknown): unknown[] => {
  const { count, sum } = value as Histogram
  return [count, Math.round((sum ?? 0) * 1_000)]
}

describe('a pool declared a database’s', () => {
  let shop: Workshop
  const database: DatabaseOptions = { system: 'postgresql', namespace: 'shop' }

  beforeEach(() => {
    shop = new Workshop()
    name = `database${++tests}`
  })

  it('has OpenTelemetry’s metrics, which are what happened', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const pool = shop.pool({
      name,
      database,
      max: 4,
      min: 1,
      createTimeoutMillis: 200,
      destroyTimeoutMillis: 9_000,
    })
    await turns()
    const first = await pool.acquire()
    const second = await pool.acquire()
    const third = await pool.acquire()
    await shop.clock.advance(30)
    await third.release()
    shop.destroy = never
    void second.destroy()
    // The create of the one, then the deadline of the other: both are time-outs of an acquire.
    shop.create = never
    await pool.acquire()
    const failing = assert.rejects(pool.acquire(), { code: 'ERR_POOL_TIMEOUT', phase: 'create' })
    const waiting = assert.rejects(pool.acquire({ timeoutMillis: 100 }), { phase: 'wait' })
    await shop.clock.advance(250)
    await Promise.all([failing, waiting])
    const refused = pool.acquire({ timeoutMillis: 5_000 }).catch(() => {})
    const all = await sdk.collect()
    assert.deepEqual(figures(all, 'count', CONNECTION + 'state'), { idle: 0, used: 2 })
    for (const [metric, value] of [
      ['idle.max', 4],
      ['idle.min', 1],
      ['limit', 4],
      ['pending_requests', 1],
      ['timeouts', 2],
    ] as const) {
      assert.deepEqual(figures(all, metric), { '': value }, metric)
    }
    assert.deepEqual(durations(figures(all, 'create_time')['']), [4, 200])
    assert.deepEqual(durations(figures(all, 'wait_time')['']), [4, 0])
    assert.deepEqual(durations(figures(all, 'use_time')['']), [2, 60])
    // `max` and what else older conventions had are not there as well.
    const known = 'count create_time idle.max idle.min limit pending_requests timeouts use_time wait_time'
    assert.deepEqual(
      [...all.keys()].filter(key => key.startsWith('db.')).sort(),
      known.split(' ').map(metric => CONNECTION + metric),
    )
    await first.release()
    await refused
  })

  it('has the same durations in the producer’s histograms, and not in the SDK’s as well', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    using _ = leaseTelemetry().attachProducer()
    const pool = shop.pool({ name, database, max: 1 })
    await (await pool.acquire()).release()
    const held = await pool.acquire()
    const waiting = pool.acquire()
    await shop.clock.advance(300)
    await held.release()
    await waiting
    const of = (metric: string, attribute: string): unknown => {
      const histogram = leaseTelemetry()
        .histograms()
        .find(each => each.name === metric)!
      const point = histogram.points.find(({ attributes }) => attributes[attribute] === name)!
      const { attributes, ...rest } = point
      return { ...rest, keys: attribute === POOL_NAME ? Object.keys(attributes) : [POOL_NAME] }
    }
    for (const [metric, own] of [
      ['wait_time', 'wait'],
      ['use_time', 'use'],
      ['create_time', 'create'],
    ] as const) {
      const twin = of(`leasehold.pool.${own}.duration`, 'leasehold.name')
      assert.deepEqual(of(CONNECTION + metric, POOL_NAME), twin, metric)
    }
    const point = of(CONNECTION + 'wait_time', POOL_NAME) as { count: number; sum: number }
    assert.deepEqual([point.count, point.sum], [3, 0.3])
    assert.deepEqual(figures(await sdk.collect(), 'wait_time'), {})
  })

  it('sums two pools of a name, and lets a drained one go', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const [a, b] = [shop.pool({ name, database, max: 3 }), shop.pool({ name, database, max: 4 })]
    await (await a.acquire()).release()
    await b.acquire()
    assert.deepEqual(figures(await sdk.collect(), 'limit'), { '': 7 })
    assert.deepEqual(figures(await sdk.collect(), 'count', CONNECTION + 'state'), { idle: 1, used: 1 })
    await a.drain()
    assert.deepEqual(figures(await sdk.collect(), 'limit'), { '': 4 })
    assert.deepEqual(durations(figures(await sdk.collect(), 'create_time')['']), [2, 0])
  })

  it('is what its option makes it: others have none of it', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const [plain, silent] = [`${name}-plain`, `${name}-silent`]
    shop.pool({ name, database })
    await (await shop.pool({ name: plain }).acquire()).release()
    await (await shop.pool({ name: silent, database, telemetry: { metrics: false } }).acquire()).release()
    const all = await sdk.collect()
    assert.deepEqual(figures(all, 'limit'), { '': 10 })
    for (const metric of ['limit', 'wait_time', 'timeouts']) {
      for (const none of [plain, silent]) assert.deepEqual(figures(all, metric, '', none), {}, metric)
    }
  })

  it('names its database on its spans', async () => {
    for (const [given, expected] of [
      [{ system: 'redis' }, { 'db.system.name': 'redis' }],
      [
        { system: 'mysql', namespace: 'shop', serverAddress: 'db', serverPort: 3306 },
        { 'db.system.name': 'mysql', 'db.namespace': 'shop', 'server.address': 'db', 'server.port': 3306 },
      ],
    ] as const) {
      using sdk = new TracingSdk()
      const pool = new Workshop().pool(
        { name, database: given, testOnBorrow: true },
        { validate: () => true },
      )
      await (await pool.acquire()).release()
      await (await pool.acquire()).release()
      for (const span of ['pool.acquire', 'pool.create', 'pool.validate']) {
        const { attributes } = sdk.spans.find(each => each.name === span)!
        const { 'leasehold.kind': _, ...rest } = attributes
        assert.deepEqual(rest, { 'leasehold.name': name, ...expected }, span)
      }
    }
  })

  for (const [given, expected] of [
    [{ system: 'redis' }, 'redis'],
    [{ system: 'redis', serverPort: 6379 }, 'redis'],
    [{ system: 'redis', serverAddress: 'cache' }, 'cache'],
    [{ system: 'redis', serverAddress: 'cache', serverPort: 6379 }, 'cache:6379'],
    [{ system: 'redis', serverAddress: '::1', serverPort: 6379 }, '[::1]:6379'],
    [{ system: 'mysql', namespace: 'shop', serverAddress: 'db' }, 'shop'],
  ] as const) {
    it(`without a name is called ${expected}`, () => {
      assert.equal(shop.pool({ database: given, name: undefined }).name, expected)
    })
  }
})
