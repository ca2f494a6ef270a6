import assert from 'node:assert/strict'
import { stateOf, Workshop } from '../workshop.ts'

// generic-pool's destroy() resolves before the factory's; clear() resolves although one failed.
describe('the end of resources', () => {
  it('is awaited by lease.destroy and by drain, and a failure is told', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 2 })
    let fail = (): void => {}
    shop.destroy = () => new Promise((_, reject) => (fail = () => reject(new Error('stuck'))))
    const destroyed = (await pool.acquire()).destroy()
    const drained = pool.drain()
    assert.deepEqual([await stateOf(destroyed), await stateOf(drained)], ['pending', 'pending'])
    fail()
    await destroyed
    const { clean, failedDestroys } = await drained
    assert.deepEqual([clean, failedDestroys], [false, 1])
  })
})
