import assert from 'node:assert/strict'
import { Workshop } from '../workshop.ts'

describe('a second release', () => {
  it('is counted, and does not give the resource to two', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 1 })
    const lease = await pool.acquire()
    const [first, second] = [pool.acquire(), pool.acquire({ timeoutMillis: 10 })]
    await Promise.all([lease.release(), lease.release(), lease.release()])
    const failed = assert.rejects(second, { code: 'ERR_POOL_TIMEOUT' })
    assert.equal((await first).value.id, 1)
    await shop.clock.advance(10)
    await failed
    assert.equal(shop.registry.stats().doubleReleases, 2)
  })

  it('nor do resources that are null, or one object made twice', async () => {
    const same = {}
    for (const create of [() => null, () => same]) {
      const shop = new Workshop()
      const pool = shop.pool({ max: 2 }, { create: create as never, destroy: () => {} })
      const leases = [await pool.acquire(), await pool.acquire()]
      await leases[0]!.release()
      assert.deepEqual([pool.status().idle, pool.status().borrowed], [1, 1])
      await leases[1]!.release()
      assert.equal((await pool.drain()).clean, true)
    }
  })
})
