import assert from 'node:assert/strict'
import type { PoolDrainReport, PoolError } from '../src/index.ts'
import { heard, never, stateOf, turns, Workshop } from './workshop.ts'

describe('the drain of a pool', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  it('tells who waits at once, and whoever comes later', async () => {
    const pool = shop.pool({ max: 1 })
    const held = await pool.acquire()
    const waiting = [pool.acquire(), pool.acquire()]
    const drained = pool.drain()
    for (const promise of [
      ...waiting,
      pool.acquire(),
      pool.use(() => {}),
      pool.resize(3),
      pool.retain(() => true),
    ]) {
      await assert.rejects(promise, {
        code: 'ERR_POOL_DRAINING',
        pool: 'things',
        message: 'pool "things" is draining',
      })
    }
    assert.equal(pool.status().draining, true)
    await held.release()
    const report = await drained
    assert.deepEqual(report, { clean: true, elapsedMillis: 0, forced: 0, remaining: 0, failedDestroys: 0 })
    assert.equal(shop.alive.size, 0)
    assert.equal(shop.clock.pending, 0)
  })

  it('waits for loans to its deadline; later returns are destroyed', async () => {
    const pool = shop.pool({ max: 2 })
    const held = await pool.acquire()
    const drained = pool.drain({ timeoutMillis: 1_000 })
    await shop.clock.advance(999)
    assert.equal(await stateOf(drained), 'pending')
    await shop.clock.advance(1)
    assert.deepEqual(await drained, {
      clean: false,
      elapsedMillis: 1_000,
      forced: 0,
      remaining: 1,
      failedDestroys: 0,
    })
    assert.equal(held.value.id, 1)
    await held.release()
    await turns()
    assert.equal(shop.alive.size, 0)
    assert.equal((await pool.drain()).clean, true)
    shop.check()
  })

  it('by force takes back what is borrowed at the deadline', async () => {
    const pool = shop.pool({ max: 3 })
    const events = heard(pool, 'drain')
    const leases = [await pool.acquire(), await pool.acquire()]
    const drained = pool.drain({ timeoutMillis: 1_000, force: true })
    await shop.clock.advance(1_000)
    const report = await drained
    assert.deepEqual([report.clean, report.forced, report.remaining], [false, 2, 0])
    for (const lease of leases) {
      assert.throws(() => lease.value, { code: 'ERR_LEASE_RELEASED' })
      await lease.release()
    }
    assert.equal(shop.registry.stats().doubleReleases, 0)
    assert.equal(shop.alive.size, 0)
    assert.deepEqual(events, [{ type: 'drain', clean: false }])
    shop.check()
  })

  it('by force at once, while another one waits', async () => {
    const pool = shop.pool({ max: 1 })
    await pool.acquire()
    const patient = pool.drain()
    const forced = pool.drain({ timeoutMillis: 0, force: true })
    await shop.clock.advance(1)
    assert.equal((await forced).forced, 1)
    assert.equal((await patient).remaining, 0)
  })

  it('aborts creates, and waits a second for them, not longer', async () => {
    const pool = shop.pool({ max: 2 })
    let aborted = false
    shop.create = signal => {
      signal.addEventListener('abort', () => (aborted = true))
      return never()
    }
    const waiting = pool.acquire()
    const drained = pool.drain({ timeoutMillis: 60_000 })
    await assert.rejects(waiting, { code: 'ERR_POOL_DRAINING' })
    assert.equal(aborted, true)
    await shop.clock.advance(999)
    assert.equal(await stateOf(drained), 'pending')
    await shop.clock.advance(1)
    assert.equal((await drained).elapsedMillis, 1_000)
    assert.equal(shop.clock.pending, 0)
  })

  it('destroys what a create makes all the same', async () => {
    const pool = shop.pool({ max: 2 })
    const finish: (() => void)[] = []
    shop.create = () => new Promise(resolve => finish.push(() => resolve(shop.make())))
    const waiting = [pool.acquire(), pool.acquire()]
    const drained = pool.drain()
    await Promise.allSettled(waiting)
    finish[0]!()
    await shop.clock.advance(1_000)
    assert.equal((await drained).clean, true)
    finish[1]!()
    await turns()
    assert.deepEqual([shop.created, shop.destroyed], [2, 2])
    shop.check()
  })

  it('says which destroys have failed, and goes on', async () => {
    const pool = shop.pool({ max: 3, destroyTimeoutMillis: 100 })
    const leases = [await pool.acquire(), await pool.acquire(), await pool.acquire()]
    for (const lease of leases) await lease.release()
    shop.destroy = thing => {
      if (thing.id === 1) throw new Error('stuck')
      return thing.id === 2 ? never() : shop.unmake(thing)
    }
    const drained = pool.drain()
    await shop.clock.advance(100)
    const { clean, failedDestroys, remaining } = await drained
    assert.deepEqual([clean, failedDestroys, remaining], [false, 2, 0])
    await shop.clock.advance(1_000)
    shop.check()
  })

  it('of an empty pool is over at once', async () => {
    const pool = shop.pool()
    assert.equal((await pool.drain({ timeoutMillis: 0 })).clean, true)
  })

  it('begun by a create that then hangs aborts that one too', async () => {
    const pool = shop.pool({ max: 2 })
    const drained: Promise<PoolDrainReport>[] = []
    let reason: unknown
    shop.create = signal => {
      signal.addEventListener('abort', () => (reason = signal.reason))
      drained.push(pool.drain())
      return never()
    }
    await assert.rejects(pool.acquire(), { code: 'ERR_POOL_DRAINING' })
    assert.equal((reason as PoolError).code, 'ERR_POOL_DRAINING')
    await shop.clock.advance(1_000)
    assert.equal((await drained[0])?.elapsedMillis, 1_000)
    assert.equal(shop.clock.pending, 0)
  })
})
