import assert from 'node:assert/strict'
import { never, Workshop } from '../workshop.ts'

// In generic-pool a rejection of validate is an unhandled one, undefined is valid, and a hang is for ever.
describe('a validate that does not say yes', () => {
  for (const [what, validate] of [
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['throws', () => assert.fail('broken')],
    ['answers undefined', () => undefined],
    ['answers false', () => false],
    ['hangs', never],
  ] as const) {
    it(`and ${what} costs the resource, not its slot`, async () => {
      const shop = new Workshop()
      const pool = shop.pool(
        { max: 1, testOnBorrow: true, validateTimeoutMillis: 50 },
        { validate: validate as () => boolean },
      )
      await (await pool.acquire()).release()
      const next = pool.acquire()
      await shop.clock.advance(50)
      assert.equal((await next).value.id, 2)
      shop.check()
    })
  }
})
