import assert from 'node:assert/strict'
import { Workshop } from '../workshop.ts'

// generic-pool's clear() on a live pool leaves the destroyed resources available.
describe('resources that are all destroyed in a live pool', () => {
  it('are not lent any more', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 3 })
    const leases = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()])
    for (const lease of leases) await lease.release()
    assert.deepEqual(await pool.retain(() => false), { retained: 0, removed: 3 })
    assert.equal(pool.status().size, 0)
    const lease = await pool.acquire()
    assert(shop.alive.has(lease.value))
  })
})
