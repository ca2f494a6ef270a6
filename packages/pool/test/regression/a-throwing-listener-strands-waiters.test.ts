import assert from 'node:assert/strict'
import { Workshop } from '../workshop.ts'

describe('a listener of a failed create that throws', () => {
  it('strands nobody', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 1 })
    pool.on('create', () => assert.fail('listener'))
    shop.create = () => Promise.reject(new Error('down'))
    const all = await Promise.allSettled([pool.acquire(), pool.acquire(), pool.acquire()])
    assert.deepEqual(
      all.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    )
    assert.equal(pool.listenerErrors, 3)
  })
})
