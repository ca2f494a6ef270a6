import assert from 'node:assert/strict'
import { heard, Workshop } from '../workshop.ts'

// In generic-pool a destroy that throws ends the evictor's loop for good.
describe('a destroy that throws during eviction', () => {
  it('is told, and eviction goes on', async () => {
    const shop = new Workshop()
    const pool = shop.pool({ max: 2, idleTimeoutMillis: 1_000 })
    const destroys = heard(pool, 'destroy')
    shop.destroy = () => assert.fail('broken')
    for (let round = 0; round < 3; round++) {
      await (await pool.acquire()).release()
      await shop.clock.advance(3_000)
    }
    assert.deepEqual(
      destroys.map(({ reason, error }) => [reason, (error as Error).message]),
      Array.from({ length: 3 }, () => ['idle', 'broken']),
    )
  })
})
