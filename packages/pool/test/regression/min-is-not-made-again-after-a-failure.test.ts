import assert from 'node:assert/strict'
import { Workshop } from '../workshop.ts'

describe('min after a failed create', () => {
  it('is made as soon as create works again', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ min: 2 })
    shop.create = () => Promise.reject(new Error('down'))
    await shop.clock.advance(5_000)
    shop.create = () => shop.make()
    await shop.clock.advance(40_000)
    assert.equal(pool.status().idle, 2)
    await pool.warmUp()
  })
})
