import assert from 'node:assert/strict'
import { createPool, type GenericPoolOptions } from '../src/generic-pool.ts'
import { turns, Workshop } from './workshop.ts'

describe('the entry for users of generic-pool', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  function make(options: GenericPoolOptions = {}): ReturnType<typeof createPool<{ id: number }>> {
    const { clock, registry } = shop
    return createPool(
      {
        create: async () => shop.make(),
        destroy: async thing => shop.unmake(thing),
        validate: async () => true,
      },
      { clock, registry, ...options },
    )
  }

  it('lends raw resources, and takes them back', async () => {
    const pool = make({ max: 2 })
    const thing = await pool.acquire()
    assert.deepEqual(thing, { id: 1 })
    assert.equal(pool.isBorrowedResource(thing), true)
    assert.deepEqual([pool.size, pool.available, pool.borrowed, pool.pending], [1, 0, 1, 0])
    await pool.release(thing)
    assert.equal(pool.isBorrowedResource(thing), false)
    assert.deepEqual([pool.available, pool.max, pool.min, pool.spareResourceCapacity], [1, 2, 0, 1])
  })

  it('has generic-pool’s defaults', async () => {
    const pool = make()
    assert.deepEqual([pool.max, pool.min], [1, 0])
    const thing = await pool.acquire()
    const waiting = pool.acquire()
    await shop.clock.advance(10_000_000)
    assert.equal(pool.pending, 1)
    await pool.release(thing)
    await pool.release(await waiting)
  })

  it('refuses what is not borrowed, most of all a second release', async () => {
    const pool = make({ name: 'orders' })
    const thing = await pool.acquire()
    await pool.release(thing)
    for (const call of [pool.release(thing), pool.destroy(thing), pool.release({ id: 7 })]) {
      await assert.rejects(call, {
        code: 'ERR_POOL_NOT_OWNED',
        pool: 'orders',
        message: 'pool "orders": what was released is not borrowed from it',
      })
    }
    assert.equal(pool.available, 1)
  })

  it('counts equal resources apart', async () => {
    const pool = createPool<number>(
      { create: () => 7, destroy: () => {} },
      { max: 2, registry: shop.registry },
    )
    await pool.acquire()
    await pool.acquire()
    await pool.release(7)
    await pool.release(7)
    await assert.rejects(pool.release(7), { code: 'ERR_POOL_NOT_OWNED' })
    assert.equal(pool.available, 2)
  })

  it('prefers the more urgent', async () => {
    const pool = make({ max: 1, priorityRange: 3 })
    const thing = await pool.acquire()
    const order: string[] = []
    const all = [
      pool.acquire(2).then(async own => {
        order.push('late')
        await pool.release(own)
      }),
      pool.acquire(0).then(async own => {
        order.push('early')
        await pool.release(own)
      }),
    ]
    await pool.release(thing)
    await Promise.all(all)
    assert.deepEqual(order, ['early', 'late'])
  })

  it('use: destroys the resource of a function that fails', async () => {
    const pool = make()
    assert.equal(await pool.use(async ({ id }) => id), 1)
    await assert.rejects(pool.use(() => Promise.reject(new Error('broken'))))
    await turns()
    assert.equal(shop.destroyed, 1)
  })

  it('ready, drain and clear', async () => {
    const pool = make({ min: 2, max: 4 })
    await pool.ready()
    assert.equal(pool.available, 2)
    const thing = await pool.acquire()
    await pool.clear()
    await turns()
    assert.equal(pool.size, 2, 'min is made anew')
    const drained = pool.drain().then(() => pool.clear())
    await shop.clock.advance(200_000)
    await assert.rejects(pool.acquire(), { code: 'ERR_POOL_DRAINING' })
    await pool.release(thing)
    await drained
    assert.equal(shop.alive.size, 0)
  })

  it('tells the factory’s errors', async () => {
    const { clock, registry } = shop
    const pool = createPool<number>(
      { create: () => Promise.reject(new Error('down')), destroy: () => {} },
      { clock, registry },
    )
    const told: unknown[] = []
    pool.on('factoryCreateError', error => told.push(error))
    await assert.rejects(pool.acquire(), { message: 'down' })
    assert.equal((told[0] as Error).message, 'down')
  })

  it('evicts what idles, where that is asked for', async () => {
    const pool = make({
      max: 3,
      evictionRunIntervalMillis: 100,
      softIdleTimeoutMillis: 1_000,
      fifo: false,
      autostart: true,
      numTestsPerEvictionRun: 3,
    })
    await pool.release(await pool.acquire())
    await shop.clock.advance(3_000)
    assert.equal(pool.size, 0)
    const other = make({ max: 3 })
    await other.release(await other.acquire())
    await shop.clock.advance(100_000)
    assert.equal(other.size, 1)
  })

  it('reads options as generic-pool does: null is the default, a time-out of 0 none, text may be a number', async () => {
    const loose = {
      max: '2',
      min: null,
      maxWaitingClients: null,
      acquireTimeoutMillis: 0,
      destroyTimeoutMillis: 0,
      testOnBorrow: null,
      Promise,
    } as unknown as GenericPoolOptions
    const pool = make(loose)
    assert.deepEqual([pool.max, pool.min], [2, 0])
    const things = [await pool.acquire(), await pool.acquire(null as unknown as undefined)]
    const waiting = pool.acquire()
    await shop.clock.advance(10_000_000)
    assert.equal(pool.pending, 1)
    await pool.release(things[0]!)
    await pool.release(await waiting)
    assert.throws(() => make({ max: '2x' } as unknown as GenericPoolOptions), { code: 'ERR_CONFIG' })
  })

  it('evicts after the default time where the time-out is 0', async () => {
    const pool = make({ max: 2, evictionRunIntervalMillis: 1_000, idleTimeoutMillis: 0 })
    await pool.release(await pool.acquire())
    await shop.clock.advance(29_000)
    assert.equal(pool.size, 1)
    await shop.clock.advance(4_000)
    assert.equal(pool.size, 0)
  })
})
