import assert from 'node:assert/strict'
import { never, Workshop } from '../workshop.ts'

describe('a drain', () => {
  it('ends although a loan never comes back', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 1 })
    await pool.acquire()
    const drained = pool.drain({ timeoutMillis: 100, force: true })
    await shop.clock.advance(100)
    assert.equal((await drained).remaining, 0)
  })

  it('ends although create fails, or hangs', async () => {
    for (const create of [never, () => Promise.reject(new Error('down'))]) {
      const shop = new Workshop()
      const pool = shop.pool({ max: 1, min: 1 })
      shop.create = create
      const waiting = pool.acquire().catch(() => {})
      const drained = pool.drain()
      await shop.clock.advance(1_000)
      assert.equal((await drained).remaining, 0)
      await waiting
      assert.equal(shop.clock.pending, 0)
    }
  })
})
