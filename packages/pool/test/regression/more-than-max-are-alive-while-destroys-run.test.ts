import assert from 'node:assert/strict'
import { Workshop } from '../workshop.ts'

// generic-pool frees the slot before destroy has settled: with max 1 five were alive.
describe('slow destroys', () => {
  it('hold their slots', async () => {
    const shop = new Workshop()
    shop.destroy = thing =>
      new Promise<void>(resolve => {
        shop.clock.setTimeout(() => {
          shop.unmake(thing)
          resolve()
        }, 100)
      })
    const pool = shop.pool({ max: 1 })
    const all = Array.from({ length: 5 }, async () => (await pool.acquire()).destroy())
    await shop.clock.advance(1_000)
    await Promise.all(all)
    assert.deepEqual([shop.created, shop.peak], [5, 1])
  })
})
