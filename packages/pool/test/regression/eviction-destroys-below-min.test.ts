import assert from 'node:assert/strict'
import { Workshop } from '../workshop.ts'

// generic-pool's eviction is off unless asked for, and then makes and destroys min again and again.
describe('idle eviction', () => {
  it('is on, leaves min alone, and makes nothing anew', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 5, min: 2, idleTimeoutMillis: 1_000, maxLifetimeMillis: false })
    await pool.warmUp()
    await Promise.all(Array.from({ length: 5 }, () => pool.use(() => {})))
    await shop.clock.advance(60_000)
    assert.equal(shop.alive.size, 2)
    assert(shop.created <= 5)
  })
})
