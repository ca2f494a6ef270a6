import assert from 'node:assert/strict'
import { Workshop } from '../workshop.ts'

describe('an idle resource that dies', () => {
  it('can be removed without being borrowed', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 2 })
    const leases = [await pool.acquire(), await pool.acquire()]
    const [dead] = [leases[0]!.value]
    for (const lease of leases) await lease.release()
    await shop.clock.advance(5_000)
    assert.deepEqual(await pool.retain(thing => thing !== dead), { retained: 1, removed: 1 })
    assert.equal((await pool.acquire()).value.id, 2)
  })
})
