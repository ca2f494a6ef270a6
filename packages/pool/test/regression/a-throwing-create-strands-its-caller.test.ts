import assert from 'node:assert/strict'
import { Workshop } from '../workshop.ts'

// generic-pool's acquire throws synchronously, and the request stays queued.
describe('a create that throws', () => {
  it('rejects the acquire, which leaves nothing behind', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 1 })
    shop.create = () => assert.fail('broken')
    const acquired = pool.acquire()
    await assert.rejects(acquired, { message: 'broken' })
    assert.equal(pool.status().waiting, 0)
  })
})
