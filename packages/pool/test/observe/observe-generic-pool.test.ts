import assert from 'node:assert/strict'
import { context, trace } from '@opentelemetry/api'
import { leaseTelemetry, ResourceRegistry } from '@leasehold/core'
import type { DataPoint, Histogram, MetricData } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import genericPool from 'generic-pool'
import { FakeClock, turns } from '../../../core/test/fake-clock.ts'
import { MetricsSdk, TracingSdk } from '../../../core/test/telemetry/sdk.ts'
import { throwingProxy } from '../../../core/test/throwing-proxy.ts'
import { createPool, observeGenericPool, type PoolIdentity } from '../../src/index.ts'
import { createPool as createCompatible } from '../../src/generic-pool.ts'

type Things = genericPool.Pool<{ readonly id: number }>

/** The figures are the process's: each test has a name of its own. */
let tests = 0
let name = ''

describe('observeGenericPool', () => {
  let clock: FakeClock
  let registry: ResourceRegistry
  let made: number
  let factory: genericPool.Factory<{ readonly id: number }>

  beforeEach(() => {
    name = `observed${++tests}`
    clock = new FakeClock()
    registry = new ResourceRegistry({ clock, cleanupGraceMillis: 100 })
    made = 0
    factory = {
      create: async () => ({ id: ++made }),
      destroy: async () => {},
      validate: async () => true,
    }
  })

  const observed = (options: genericPool.Options = {}, more: PoolIdentity = {}): Things =>
    observeGenericPool(genericPool.createPool(factory, options), { name, registry, clock, ...more })

  const counts = (kind: string): number[] => {
    const group = registry.stats().groups.find(each => each.kind === kind)
    return [group?.acquired ?? 0, group?.live ?? 0, group?.outcomes.success ?? 0]
  }

  const figures = (metric: MetricData | undefined, attribute: string = ''): Record<string, unknown> => {
    const points = (metric?.dataPoints ?? []) as DataPoint<unknown>[]
    return Object.fromEntries(
      points
        .filter(({ attributes }) => Object.values(attributes).includes(name))
        .map(({ attributes, value }) => [attributes[attribute] ?? '', value]),
    )
  }

  it('gives back the same pool; a second time it changes nothing', async () => {
    const bare = genericPool.createPool(factory)
    const pool = observeGenericPool(bare, { name, registry })
    assert.equal(pool, bare)
    const { acquire } = pool
    assert.equal(observeGenericPool(pool, { name: 'another', registry }), bare)
    assert.equal(pool.acquire, acquire)
    await pool.release(await pool.acquire())
    assert.deepEqual(counts('pool.loan'), [1, 0, 1])
    assert.deepEqual(Object.keys(pool), Object.keys(genericPool.createPool(factory)))
  })

  it('metrics are what happened, and those of its database as well', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const pool = observed({ max: 4, min: 1, testOnBorrow: true }, { database: { system: 'mysql' } })
    await turns()
    const held = [await pool.acquire(), await pool.acquire(), await pool.acquire(), await pool.acquire()]
    const waiting = pool.acquire()
    await clock.advance(200)
    await pool.release(held.pop()!)
    held.push(await waiting)
    await pool.release(held.pop()!)
    let destroyed!: () => void
    factory.destroy = () => new Promise(resolve => (destroyed = resolve))
    await pool.destroy(held.pop()!)
    factory.create = () => new Promise(() => {})
    factory.validate = () => new Promise(() => {})
    void pool.acquire()
    void pool.acquire()
    void pool.acquire()
    await turns()
    const all = await sdk.collect()
    assert.deepEqual(figures(all.get('leasehold.pool.resource.count'), 'leasehold.pool.resource.state'), {
      idle: 0,
      used: 3,
      creating: 1,
      destroying: 1,
    })
    assert.deepEqual(figures(all.get('db.client.connection.count'), 'db.client.connection.state'), {
      idle: 0,
      used: 3,
    })
    for (const metric of ['leasehold.pool.pending_requests', 'db.client.connection.pending_requests']) {
      assert.deepEqual(figures(all.get(metric)), { '': 3 }, metric)
    }
    for (const metric of ['leasehold.pool.resource.limit', 'db.client.connection.limit']) {
      assert.deepEqual(figures(all.get(metric)), { '': 4 }, metric)
    }
    assert.deepEqual(figures(all.get('db.client.connection.idle.min')), { '': 1 })
    const of = (metric: string): unknown[] => {
      const { count, sum } = figures(all.get(metric))[''] as Histogram
      return [count, sum]
    }
    for (const metric of ['leasehold.pool.wait.duration', 'db.client.connection.wait_time']) {
      assert.deepEqual(of(metric), [5, 0.2], metric)
    }
    for (const metric of ['leasehold.pool.use.duration', 'db.client.connection.use_time']) {
      assert.deepEqual(of(metric), [3, 0.4], metric)
    }
    // The first was under way when the observation began.
    for (const metric of ['leasehold.pool.create.duration', 'db.client.connection.create_time']) {
      assert.deepEqual(of(metric)[0], 3, metric)
    }
    assert.deepEqual(counts('pool.loan'), [5, 2, 3])
    assert.deepEqual(counts('pool.resource'), [4, 3, 0])
    destroyed()
    await turns()
    assert.deepEqual(counts('pool.resource'), [4, 3, 1])
  })

  it('a time-out of its own is counted, and is that span’s error', async () => {
    using sdk = new TracingSdk()
    using metrics = new MetricsSdk()
    leaseTelemetry().refresh()
    const pool = observed(
      { max: 1, acquireTimeoutMillis: 5, maxWaitingClients: 1 },
      { database: { system: 'mysql' } },
    )
    await pool.acquire()
    const waiting = assert.rejects(pool.acquire(), { name: 'TimeoutError' })
    await assert.rejects(pool.acquire(), { message: 'max waitingClients count exceeded' })
    await waiting
    void pool.drain()
    await assert.rejects(pool.acquire(), { message: 'pool is draining and cannot accept work' })
    const all = await metrics.collect()
    const phases = figures(all.get('leasehold.pool.timeouts'), 'leasehold.pool.phase')
    assert.deepEqual(phases, { wait: 1, create: 0, validate: 0, reset: 0, destroy: 0 })
    assert.deepEqual(figures(all.get('db.client.connection.timeouts')), { '': 1 })
    const failed = named(sdk.spans, 'pool.acquire').map(({ status }) => status.message)
    assert.deepEqual(failed, [
      undefined,
      'Error: max waitingClients count exceeded',
      'TimeoutError: ResourceRequest timed out',
      'Error: pool is draining and cannot accept work',
    ])
  })

  const named = (spans: readonly ReadableSpan[], span: string): ReadableSpan[] =>
    spans.filter(each => each.name === span && each.attributes['leasehold.name'] === name)

  it('spans are children of whoever set them off, and what the factory does is theirs', async () => {
    using sdk = new TracingSdk()
    const pool = observed({ max: 1, testOnBorrow: true }, { database: { system: 'mysql' } })
    const seen: Record<string, unknown> = {}
    for (const call of ['create', 'validate', 'destroy'] as const) {
      const own = factory[call] as () => Promise<never>
      factory[call] = () => {
        seen[call] = (trace.getSpan(context.active()) as unknown as ReadableSpan).name
        trace.getTracer('client').startSpan(`client.${call}`).end()
        return own()
      }
    }
    const request = trace.getTracer('test').startSpan('request')
    await context.with(trace.setSpan(context.active(), request), async () => {
      await pool.release(await pool.acquire())
      await pool.destroy(await pool.acquire())
    })
    await turns()
    assert.deepEqual(seen, { create: 'pool.create', validate: 'pool.validate', destroy: 'pool.destroy' })
    const { traceId, spanId } = request.spanContext()
    assert.deepEqual(new Set(sdk.spans.map(span => span.spanContext().traceId)), new Set([traceId]))
    const [acquire] = named(sdk.spans, 'pool.acquire')
    assert.equal(acquire!.parentSpanContext?.spanId, spanId)
    assert.equal(acquire!.attributes['db.system.name'], 'mysql')
    assert.equal(named(sdk.spans, 'pool.create')[0]!.parentSpanContext?.spanId, acquire!.spanContext().spanId)
    assert.equal(named(sdk.spans, 'pool.destroy')[0]!.parentSpanContext?.spanId, spanId)
    assert.equal(named(sdk.spans, 'pool.validate').length, 2)
    for (const call of ['create', 'validate', 'destroy']) {
      const client = sdk.spans.find(span => span.name === `client.${call}`)
      const [own] = named(sdk.spans, `pool.${call}`)
      assert.equal(client?.parentSpanContext?.spanId, own?.spanContext().spanId, call)
    }
  })

  it('a loan is of whoever asked for it, and overdue after its threshold', async () => {
    using _ = new TracingSdk()
    const pool = observed({ max: 1 }, { leakThresholdMillis: 1_000 })
    const held = await pool.acquire()
    const waiter = trace.getTracer('test').startSpan('waiter')
    const waiting = context.with(trace.setSpan(context.active(), waiter), () => pool.acquire())
    await pool.release(held)
    await waiting
    const [info] = registry.leases({ kind: 'pool.loan' })
    assert.equal(info?.spanId, waiter.spanContext().spanId)
    await clock.advance(1_001)
    assert.equal(registry.stats().groups.find(({ kind }) => kind === 'pool.loan')?.overdue, 1)
  })

  it('takes over what there was before', async () => {
    const bare = genericPool.createPool(factory, { max: 3, min: 2 })
    const before = await bare.acquire()
    await turns()
    let created!: () => void
    factory.create = () => new Promise(resolve => (created = () => resolve({ id: 9 })))
    const second = await bare.acquire()
    const waiting = bare.acquire()
    using sdk = new MetricsSdk()
    const pool = observeGenericPool(bare, { name, registry, clock })
    leaseTelemetry().refresh()
    assert.deepEqual(
      [counts('pool.loan'), counts('pool.resource')],
      [
        [2, 2, 0],
        [2, 2, 0],
      ],
    )
    const states = async (): Promise<unknown> =>
      figures((await sdk.collect()).get('leasehold.pool.resource.count'), 'leasehold.pool.resource.state')
    assert.deepEqual(await states(), { idle: 0, used: 2, creating: 1, destroying: 0 })
    await pool.release(before)
    created()
    await waiting
    await turns()
    assert.deepEqual(await states(), { idle: 1, used: 2, creating: 0, destroying: 0 })
    await pool.destroy(second)
    await turns()
    assert.deepEqual(
      [counts('pool.loan'), counts('pool.resource')],
      [
        [3, 1, 2],
        [3, 2, 1],
      ],
    )
  })

  it('tells equal resources apart; of those that generic-pool loses the leases stay open', async () => {
    factory.create = async () => 7 as never
    const pool = observed({ max: 2 })
    const [first, second] = [await pool.acquire(), await pool.acquire()]
    assert.deepEqual(
      [counts('pool.loan'), counts('pool.resource')],
      [
        [2, 2, 0],
        [2, 2, 0],
      ],
    )
    await pool.release(first)
    await assert.rejects(pool.release(second), { message: 'Resource not currently part of this pool' })
    assert.deepEqual(
      [counts('pool.loan'), counts('pool.resource')],
      [
        [2, 1, 1],
        [2, 2, 0],
      ],
    )
  })

  it('a destroy that fails is the end of its lease, that of a destroy that hangs is late', async () => {
    const pool = observed({ max: 3, destroyTimeoutMillis: 700 } as genericPool.Options)
    const errors: unknown[] = []
    pool.on('factoryDestroyError', error => errors.push(error))
    const held = [await pool.acquire(), await pool.acquire(), await pool.acquire()]
    const down = new Error('down')
    factory.destroy = () => Promise.reject(down)
    await pool.destroy(held[0]!)
    factory.destroy = () => {
      throw down
    }
    assert.throws(() => pool.destroy(held[1]!), down)
    factory.destroy = () => new Promise(() => {})
    await pool.destroy(held[2]!)
    await clock.advance(900)
    assert.deepEqual(errors, [down])
    const { outcomes } = registry.stats().groups.find(({ kind }) => kind === 'pool.resource')!
    assert.deepEqual([outcomes.success, outcomes.failure, outcomes.timeout], [0, 2, 1])
  })

  it('the registry’s drain ends nothing of the pool’s', async () => {
    let destroyed = 0
    factory.destroy = async () => void destroyed++
    const pool = observed({ max: 2 })
    const [held, idle] = [await pool.acquire(), await pool.acquire()]
    await pool.release(idle)
    const draining = registry.drain({ timeoutMillis: 1_000 })
    await turns()
    assert.equal(destroyed, 0)
    assert.equal(pool.isBorrowedResource(held), true)
    await pool.release(held)
    assert.equal(pool.available, 2)
    await pool.drain()
    await pool.clear()
    await draining
    assert.equal(destroyed, 2)
    assert.deepEqual(
      [counts('pool.loan'), counts('pool.resource')],
      [
        [2, 0, 2],
        [2, 0, 2],
      ],
    )
  })

  it('after a clear() counts what is there, which generic-pool does not', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const pool = observed({ max: 3 })
    for (const held of [await pool.acquire(), await pool.acquire()]) await pool.release(held)
    await pool.clear()
    await turns()
    assert.equal(pool.available, 2)
    const states = async (): Promise<unknown> =>
      figures((await sdk.collect()).get('leasehold.pool.resource.count'), 'leasehold.pool.resource.state')
    assert.deepEqual(await states(), { idle: 0, used: 0, creating: 0, destroying: 0 })
    // It lends what is destroyed: a loan, of no resource.
    await pool.acquire()
    assert.deepEqual(await states(), { idle: 0, used: 0, creating: 0, destroying: 0 })
    assert.deepEqual(
      [counts('pool.loan'), counts('pool.resource')],
      [
        [3, 1, 2],
        [2, 0, 2],
      ],
    )
  })

  it('leaves nothing of itself when the pool is drained and cleared', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const bare = genericPool.createPool(factory, { max: 2 })
    const parts = (): unknown[] => {
      const { _factory, _allObjects, _waitingClientsQueue } = bare as unknown as Record<string, object>
      return [bare, _allObjects, _waitingClientsQueue]
        .map(part => Object.getOwnPropertyNames(part))
        .concat(_factory as never)
    }
    const before = parts()
    const pool = observeGenericPool(bare, { name, registry, clock })
    assert.notDeepEqual(parts(), before)
    const held = await pool.acquire()
    const drained = pool.drain()
    await turns()
    const limits = async (): Promise<unknown> =>
      figures((await sdk.collect()).get('leasehold.pool.resource.limit'))
    assert.deepEqual(await limits(), { '': 2 })
    await pool.release(held)
    await drained
    assert.deepEqual(await limits(), { '': 2 }, 'what idles is still there')
    await pool.clear()
    await turns()
    assert.deepEqual(await limits(), { '': 0 })
    assert.deepEqual(parts(), before)
    assert.deepEqual(registry.leases(), [])
    assert.deepEqual(pool.eventNames(), [])
  })

  it('lets an empty pool go when it has drained', async () => {
    const pool = observed()
    await pool.drain()
    await turns()
    assert.equal(Object.hasOwn(pool, 'acquire'), false)
  })

  it('leaves other pools, and the class, as they are', async () => {
    observed()
    const other = genericPool.createPool(factory)
    await other.release(await other.acquire())
    assert.deepEqual(counts('pool.loan'), [0, 0, 0])
    assert.equal(Object.hasOwn(other, 'acquire'), false)
  })

  const expected = 'observeGenericPool: existing must be a pool made by generic-pool 3, got '
  for (const [what, given, got] of [
    ['nothing', undefined, 'undefined'],
    ['no object', 'pool', '"pool"'],
    ['a pool of ours', createPool({ create: () => ({}), destroy: () => {} }), 'an object'],
    ['our compatible pool', createCompatible({ create: () => ({}), destroy: () => {} }), 'an object'],
    ['what throws when looked at', throwingProxy(), 'an object'],
    [
      'what cannot be changed',
      Object.freeze(genericPool.createPool({ create: async () => ({}), destroy: async () => {} })),
      'an object',
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => observeGenericPool(given as object), {
        code: 'ERR_CONFIG',
        message: expected + got,
      })
    })
  }

  for (const [given, message] of [
    [null, 'pool "default": options must be an object, got null'],
    [{ name: '' }, 'pool: name must be a non-empty string, got ""'],
    [{ name: 'orders', nam: 1 }, 'pool "orders": unknown option "nam"; did you mean "name"?'],
    [
      { name: 'orders', max: 3 },
      'pool "orders": unknown option "max"; known are name, database, leakThresholdMillis, registry, clock, telemetry',
    ],
    [
      { name: 'orders', database: {} },
      'pool "orders": database.system must be a non-empty string, got undefined',
    ],
    [
      { name: 'orders', leakThresholdMillis: 0 },
      'pool "orders": leakThresholdMillis must be a number of milliseconds from 1 to 2147483647, or false, got 0',
    ],
  ] as const) {
    it(message, () => {
      const pool = genericPool.createPool(factory)
      assert.throws(() => observeGenericPool(pool, given as never), { code: 'ERR_CONFIG', message })
      assert.equal(Object.hasOwn(pool, 'acquire'), false)
    })
  }

  it('tells of a loan that was waited for where it was asked for', async () => {
    registry = new ResourceRegistry({ clock, sampling: { stacks: 1 } })
    const pool = observed({ max: 1 })
    const held = await pool.acquire()
    const waiting = (function theWaiter() {
      return pool.acquire()
    })()
    await (async function thePasser() {
      await pool.release(held)
    })()
    await waiting
    const { stack } = registry.leases({ kind: 'pool.loan' })[0]!
    assert.match(stack!, /theWaiter/)
    assert.doesNotMatch(stack!, /thePasser/)
  })
})
