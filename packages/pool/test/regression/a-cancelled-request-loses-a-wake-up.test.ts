import assert from 'node:assert/strict'
import { Workshop } from '../workshop.ts'

// A request of generic-pool that ended otherwise left a dead node: what came back went to nobody.
describe('requests that were cancelled or timed out', () => {
  it('are passed over: what comes back goes to the next who still waits', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 1 })
    const held = await pool.acquire()
    const controller = new AbortController()
    const gone = [
      pool.acquire({ signal: controller.signal }),
      pool.acquire({ timeoutMillis: 10 }),
      pool.acquire({ signal: controller.signal, timeoutMillis: 10 }),
    ]
    const settled = Promise.allSettled(gone)
    const next = pool.acquire()
    controller.abort()
    await shop.clock.advance(10)
    await settled
    await held.release()
    await (await next).release()
    assert.deepEqual([pool.status().waiting, pool.status().idle], [0, 1])
  })
})
