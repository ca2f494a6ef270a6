import assert from 'node:assert/strict'
import { turns, Workshop } from '../workshop.ts'

describe('testOnReturn', () => {
  it('validates what comes back', async () => {
    const shop = new Workshop()
    let asked = 0
    const pool = shop.pool({ max: 1, testOnReturn: true }, { validate: () => ++asked < 2 })
    await (await pool.acquire()).release()
    await (await pool.acquire()).release()
    await turns()
    assert.deepEqual([asked, shop.destroyed], [2, 1])
  })
})
