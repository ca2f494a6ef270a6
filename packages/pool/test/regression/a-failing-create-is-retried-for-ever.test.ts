import assert from 'node:assert/strict'
import { Workshop } from '../workshop.ts'

// generic-pool creates again and again when create rejects, and starves the event loop: the caller's time-out never fires.
describe('a create that always rejects', () => {
  it('is called once for each caller, who each get their own error', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 2, breaker: false })
    let calls = 0
    shop.create = () => Promise.reject(new Error(`failure ${++calls}`))
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => pool.acquire()))
    assert.deepEqual(
      all.map(result => (result.status === 'rejected' ? (result.reason as Error).message : 'a lease')),
      [1, 2, 3, 4, 5].map(n => `failure ${n}`),
    )
    assert.deepEqual([calls, pool.status().size], [5, 0])
    shop.create = () => shop.make()
    await (await pool.acquire()).release()
  })
})
