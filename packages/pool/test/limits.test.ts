import assert from 'node:assert/strict'
import { heard, never, turns, Workshop } from './workshop.ts'

describe('limits on a resource', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  it('idleTimeoutMillis: the oldest go first, min stay', async () => {
    const pool = shop.pool({ max: 5, min: 2, idleTimeoutMillis: 10_000, maxLifetimeMillis: false })
    const destroys = heard(pool, 'destroy')
    const leases = await Promise.all(Array.from({ length: 5 }, () => pool.acquire()))
    for (const lease of leases) await lease.release()
    await shop.clock.advance(9_000)
    assert.equal(shop.destroyed, 0)
    await shop.clock.advance(3_000)
    assert.deepEqual(
      destroys.map(({ reason }) => reason),
      ['idle', 'idle', 'idle'],
    )
    assert.deepEqual(
      [...shop.alive].map(({ id }) => id),
      [4, 5],
    )
    await shop.clock.advance(100_000)
    assert.deepEqual([shop.alive.size, shop.created], [2, 5])
    shop.check()
  })

  it('idleTimeoutMillis: what is in use now and then stays', async () => {
    const pool = shop.pool({ max: 1, idleTimeoutMillis: 10_000 })
    for (let i = 0; i < 10; i++) {
      await (await pool.acquire()).release()
      await shop.clock.advance(6_000)
    }
    assert.equal(shop.created, 1)
  })

  it('maxLifetimeMillis: ends idle ones soon, those in use when they come back, min too', async () => {
    const pool = shop.pool({ max: 3, min: 1, idleTimeoutMillis: false, maxLifetimeMillis: 60_000 })
    const destroys = heard(pool, 'destroy')
    const [idle, used] = [await pool.acquire(), await pool.acquire()]
    await idle.release()
    await shop.clock.advance(50_000)
    assert.equal(shop.destroyed, 0)
    await shop.clock.advance(12_000)
    assert.equal(shop.destroyed, 1)
    assert.equal(used.value.id, 2)
    await used.release()
    await turns()
    assert.deepEqual(
      destroys.map(({ reason }) => reason),
      ['lifetime', 'lifetime'],
    )
    assert.equal(pool.status().idle, 1, 'min is made anew')
    shop.check()
  })

  it('maxLifetimeMillis: those made together do not end together', async () => {
    const pool = shop.pool({ max: 100, idleTimeoutMillis: false, maxLifetimeMillis: 1_000_000 })
    const leases = await Promise.all(Array.from({ length: 100 }, () => pool.acquire()))
    for (const lease of leases) await lease.release()
    await shop.clock.advance(899_000)
    assert.equal(shop.destroyed, 0)
    await shop.clock.advance(51_000)
    assert(shop.destroyed > 20 && shop.destroyed < 80, `${shop.destroyed} after half of the jitter`)
    await shop.clock.advance(52_000)
    assert.equal(shop.destroyed, 100)
  })

  it('maxUses: so many loans, and not one more', async () => {
    const pool = shop.pool({ max: 1, maxUses: 3 })
    const destroys = heard(pool, 'destroy')
    const ids = []
    for (let i = 0; i < 7; i++) {
      const lease = await pool.acquire()
      ids.push(lease.value.id)
      await lease.release()
      await turns()
    }
    assert.deepEqual(ids, [1, 1, 1, 2, 2, 2, 3])
    assert.deepEqual(
      destroys.map(({ reason }) => reason),
      ['uses', 'uses'],
    )
  })

  it('a destroy under way holds its slot: never more than max exist', async () => {
    const pool = shop.pool({ max: 1 })
    let finish = (): void => {}
    shop.destroy = thing =>
      new Promise<void>(resolve => {
        finish = () => {
          shop.unmake(thing)
          resolve()
        }
      })
    const lease = await pool.acquire()
    const next = pool.acquire()
    void lease.destroy()
    await turns()
    assert.deepEqual([pool.status().destroying, shop.created], [1, 1])
    finish()
    assert.equal((await next).value.id, 2)
    assert.equal(shop.peak, 1)
  })

  it('what idles lies in generic-pool’s store, and is lent from there', async () => {
    const pool = shop.pool({ max: 2, idleTimeoutMillis: false, maxLifetimeMillis: false })
    const [a, b] = [await pool.acquire(), await pool.acquire()]
    await a.release()
    await b.release()
    await shop.clock.advance(5_000)
    assert.equal(shop.clock.pending, 0, 'nothing is looked at when nothing can come of it')
    const again = [await pool.acquire(), await pool.acquire()]
    assert.deepEqual(new Set(again.map(lease => lease.value.id)), new Set([1, 2]))
    for (const lease of again) await lease.release()
    await shop.clock.advance(5_000)
    assert.equal((await pool.drain()).clean, true)
    shop.check()
  })

  it('testOnReturn: what is not good is destroyed on return', async () => {
    let isGood = true
    const pool = shop.pool({ max: 1, testOnReturn: true }, { validate: async () => isGood })
    const destroys = heard(pool, 'destroy')
    await (await pool.acquire()).release()
    assert.equal(pool.status().idle, 1)
    isGood = false
    await (await pool.acquire()).release()
    await turns()
    assert.deepEqual(destroys, [{ type: 'destroy', reason: 'invalid' }])
  })

  it('reset: runs on return, before anybody else gets it', async () => {
    const reset: number[] = []
    const pool = shop.pool({ max: 1 }, { reset: async thing => void reset.push(thing.id) })
    const lease = await pool.acquire()
    const next = pool.acquire().then(own => [own.value.id, ...reset])
    await lease.release()
    assert.deepEqual(await next, [1, 1])
  })

  it('a resource that is condemned while it is reset does not come back', async () => {
    let finish = (): void => {}
    const reset = (): Promise<void> => new Promise(resolve => (finish = resolve))
    const pool = shop.pool({ max: 1 }, { reset })
    const lease = await pool.acquire()
    void lease.release()
    const drained = pool.drain({ timeoutMillis: 100, force: true })
    await shop.clock.advance(100)
    assert.equal((await drained).remaining, 0)
    finish()
    await turns()
    assert.equal(pool.status().size, 0)
    shop.check()
  })

  it('a hung reset at a forced drain is not waited for', async () => {
    const pool = shop.pool({ max: 1 }, { reset: never })
    void (await pool.acquire()).release()
    const drained = pool.drain({ timeoutMillis: 100, force: true })
    await shop.clock.advance(100)
    const report = await drained
    assert.deepEqual([report.clean, report.remaining, shop.alive.size], [true, 0, 0])
    await shop.clock.advance(10_000)
    shop.check()
  })

  it('ends a lifetime also where somebody always waits and nothing ever idles', async () => {
    const pool = shop.pool({ max: 1, maxLifetimeMillis: 10_000, acquireTimeoutMillis: Infinity })
    let held = await pool.acquire()
    for (let second = 0; second < 11; second++) {
      const next = pool.acquire()
      await shop.clock.advance(1_000)
      await held.release()
      held = await next
    }
    assert.equal(held.value.id, 2)
    await held.release()
  })
})
