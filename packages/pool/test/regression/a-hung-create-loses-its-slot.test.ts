import assert from 'node:assert/strict'
import { never, Workshop } from '../workshop.ts'

describe('a create that never settles', () => {
  it('gives its slot back after its time-out', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 1, createTimeoutMillis: 100 })
    shop.create = never
    const hung = assert.rejects(pool.acquire(), { code: 'ERR_POOL_TIMEOUT', phase: 'create' })
    await shop.clock.advance(100)
    await hung
    shop.create = () => shop.make()
    await (await pool.acquire()).release()
    assert.equal((await pool.drain()).clean, true)
  })
})
