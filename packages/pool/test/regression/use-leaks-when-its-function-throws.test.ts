import assert from 'node:assert/strict'
import { Workshop } from '../workshop.ts'

// generic-pool's use() calls `.then` of whatever the function returns.
describe('use', () => {
  it('gives back after a throw, and after a function that returns no promise', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 1 })
    await assert.rejects(pool.use(() => assert.fail('broken')))
    assert.equal(await pool.use(() => 7), 7)
    assert.equal(await pool.use(() => undefined), undefined)
    assert.deepEqual([pool.status().idle, shop.created], [1, 1])
  })
})
