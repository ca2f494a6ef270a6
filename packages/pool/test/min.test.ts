import assert from 'node:assert/strict'
import { never, turns, Workshop } from './workshop.ts'

describe('min', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  it('is made without anybody asking', async () => {
    const pool = shop.pool({ min: 3 })
    await turns()
    assert.deepEqual([pool.status().idle, shop.created], [3, 3])
  })

  it('is made again when one is destroyed', async () => {
    const pool = shop.pool({ min: 2 })
    await (await pool.acquire()).destroy()
    await turns()
    assert.equal(pool.status().idle, 2)
  })

  it('is tried again with back-off, and by nobody else’s create', async () => {
    const pool = shop.pool({ min: 1, breaker: false })
    const at: number[] = []
    shop.create = async () => {
      at.push(shop.clock.now())
      throw new Error('down')
    }
    await shop.clock.advance(2_000)
    assert.deepEqual(at, [0, 100, 300, 700, 1_500])
    shop.create = () => shop.make()
    await shop.clock.advance(10_000)
    assert.equal(pool.status().idle, 1)
    assert.equal(shop.clock.pending, 1, 'only the sweep’s timer is left')
  })

  it('asks no more often than the breaker allows', async () => {
    const pool = shop.pool({ min: 1, breaker: { threshold: 2, halfOpenAfterMillis: 5_000 } })
    let tries = 0
    shop.create = async () => {
      tries++
      throw new Error('down')
    }
    await shop.clock.advance(4_000)
    assert.deepEqual([tries, pool.status().breaker], [2, 'open'])
    shop.create = () => shop.make()
    await shop.clock.advance(2_000)
    assert.deepEqual([pool.status().breaker, pool.status().idle], ['closed', 1])
  })

  it('is not tried any more once the pool is drained', async () => {
    const pool = shop.pool({ min: 1 })
    shop.create = () => Promise.reject(new Error('down'))
    await turns()
    await pool.drain()
    assert.equal(shop.clock.pending, 0)
  })

  it('warmUp: resolves when it is there', async () => {
    const pool = shop.pool({ min: 3 })
    await pool.warmUp()
    assert.equal(pool.status().idle, 3)
    await pool.warmUp()
    assert.equal(shop.created, 3)
  })

  it('warmUp: rejects with what create failed with; the pool goes on', async () => {
    const broken = new Error('down')
    const pool = shop.pool({ min: 2 })
    shop.create = () => Promise.reject(broken)
    await assert.rejects(pool.warmUp(), broken)
    shop.create = () => shop.make()
    await shop.clock.advance(5_000)
    assert.equal(pool.status().idle, 2)
  })

  it('warmUp: waits for destroys that hold the slots', async () => {
    const pool = shop.pool({ min: 1, max: 1, destroyTimeoutMillis: 100 })
    await pool.warmUp()
    shop.destroy = never
    const lease = await pool.acquire()
    void lease.destroy()
    const warm = pool.warmUp()
    await shop.clock.advance(100)
    await warm
    assert.equal(pool.status().idle, 1)
  })

  it('warmUp: is refused by a pool that is drained, and by an open breaker', async () => {
    const pool = shop.pool({ min: 1, breaker: { threshold: 1 } })
    shop.create = () => Promise.reject(new Error('down'))
    await assert.rejects(pool.warmUp(), { message: 'down' })
    await assert.rejects(pool.warmUp(), { code: 'ERR_POOL_BREAKER_OPEN' })
    await pool.drain()
    await assert.rejects(pool.warmUp(), { code: 'ERR_POOL_DRAINING' })
  })

  it('is warmed up without waiting for the next attempt', async () => {
    const pool = shop.pool({ max: 2, min: 1 })
    shop.create = () => Promise.reject(new Error('down'))
    await turns()
    shop.create = () => shop.make()
    await pool.warmUp()
    assert.equal(pool.status().idle, 1)
    await pool.drain()
    assert.equal(shop.clock.pending, 0)
  })

  it('may be waited for by the very create that makes it', async () => {
    const warm: Promise<void>[] = []
    const pool = shop.pool({ max: 2, min: 1 })
    shop.create = () => {
      if (warm.length === 0) warm.push(pool.warmUp())
      return shop.make()
    }
    await turns()
    await Promise.all(warm)
    assert.deepEqual([warm.length, pool.status().idle], [1, 1])
  })
})
