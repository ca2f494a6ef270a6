import assert from 'node:assert/strict'
import { turns, Workshop } from '../workshop.ts'

// generic-pool: no events, no lifetime (#133), no cancel (#108), no growing and shrinking (#42).
describe('what users of generic-pool asked for', () => {
  it('is here', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 1, maxLifetimeMillis: 10_000, idleTimeoutMillis: false })
    let told = 0
    pool.on('acquire', () => told++)
    const lease = await pool.acquire()
    const controller = new AbortController()
    const cancelled = pool.acquire({ signal: controller.signal })
    controller.abort()
    await assert.rejects(cancelled, { name: 'AbortError' })
    await pool.resize(2)
    await (await pool.acquire()).release()
    await pool.resize(1)
    await lease.release()
    await shop.clock.advance(12_000)
    await turns()
    assert.deepEqual([told, shop.alive.size], [2, 0])
  })
})
