import assert from 'node:assert/strict'
import { heard, stateOf, turns, Workshop } from './workshop.ts'

describe('the breaker', () => {
  let shop: Workshop
  const down = new Error('down')
  beforeEach(() => {
    shop = new Workshop()
  })

  const breaker = { threshold: 3, halfOpenAfterMillis: 1_000 }

  it('opens after so many failures in a row; each caller before had its own', async () => {
    const pool = shop.pool({ max: 10, breaker })
    const states = heard(pool, 'breaker')
    shop.create = () => Promise.reject(down)
    for (let i = 0; i < 3; i++) await assert.rejects(pool.acquire(), down)
    assert.equal(pool.status().breaker, 'open')
    let calls = 0
    shop.create = () => {
      calls++
      return shop.make()
    }
    await assert.rejects(pool.acquire(), {
      code: 'ERR_POOL_BREAKER_OPEN',
      retryAfterMillis: 1_000,
      cause: down,
      pool: 'things',
      message: 'pool "things": create fails; the breaker lets the next one through in 1000 ms',
    })
    assert.equal(calls, 0)
    assert.deepEqual(states, [{ type: 'breaker', state: 'open' }])
  })

  it('does not open for failures with a success between', async () => {
    const pool = shop.pool({ max: 10, breaker })
    for (let i = 0; i < 10; i++) {
      shop.create = () => Promise.reject(down)
      await assert.rejects(pool.acquire(), down)
      await assert.rejects(pool.acquire(), down)
      shop.create = () => shop.make()
      await pool.acquire()
    }
    assert.equal(pool.status().breaker, 'closed')
  })

  async function opened(): Promise<ReturnType<Workshop['pool']>> {
    const pool = shop.pool({ max: 10, breaker })
    shop.create = () => Promise.reject(down)
    for (let i = 0; i < 3; i++) await assert.rejects(pool.acquire(), down)
    return pool
  }

  it('lets one create through when it is time; the others wait for that one, and are served', async () => {
    const pool = await opened()
    await shop.clock.advance(1_000)
    let calls = 0
    let finish = (): void => {}
    shop.create = () => {
      calls++
      return new Promise(resolve => (finish = () => resolve(shop.make())))
    }
    const all = Array.from({ length: 3 }, () => pool.acquire())
    await turns()
    assert.deepEqual([calls, pool.status().breaker, pool.status().waiting], [1, 'half-open', 3])
    shop.create = () => shop.make()
    finish()
    await Promise.all(all)
    assert.equal(pool.status().breaker, 'closed')
  })

  it('opens again when that one fails, and tells who waited', async () => {
    const pool = await opened()
    await shop.clock.advance(1_000)
    let fail = (): void => {}
    shop.create = () => new Promise((_, reject) => (fail = () => reject(down)))
    const probe = pool.acquire()
    const other = pool.acquire()
    await turns()
    fail()
    await assert.rejects(probe, down)
    await assert.rejects(other, { code: 'ERR_POOL_BREAKER_OPEN' })
    assert.equal(pool.status().breaker, 'open')
    assert.equal(pool.status().waiting, 0)
  })

  it('bounds those who wait for the one by maxWaitingClients', async () => {
    const pool = shop.pool({ max: 10, breaker, maxWaitingClients: 2 })
    shop.create = () => Promise.reject(down)
    for (let i = 0; i < 3; i++) await assert.rejects(pool.acquire(), down)
    await shop.clock.advance(1_000)
    shop.create = () => new Promise(() => {})
    const all = Array.from({ length: 4 }, () => pool.acquire())
    await assert.rejects(all[3]!, { code: 'ERR_POOL_QUEUE_FULL' })
    assert.equal(pool.status().waiting, 3)
    void pool.drain()
    await Promise.allSettled(all)
  })

  it('lets who waits for a loan wait, and wakes them when it is time', async () => {
    const pool = shop.pool({ max: 2, breaker, acquireTimeoutMillis: 60_000 })
    const held = await pool.acquire()
    shop.create = () => Promise.reject(down)
    for (let i = 0; i < 3; i++) await assert.rejects(pool.acquire(), down)
    const waiting = pool.acquire()
    assert.equal(await stateOf(waiting), 'pending')
    shop.create = () => shop.make()
    await shop.clock.advance(1_000)
    assert.equal((await waiting).value.id, 2)
    await held.release()
  })

  it('is not opened for good by a create from before that fails while one is tried', async () => {
    const pool = shop.pool({ max: 10, breaker, acquireTimeoutMillis: 60_000 })
    const fail: (() => void)[] = []
    shop.create = () => new Promise((_, reject) => fail.push(() => reject(down)))
    const all = Array.from({ length: 4 }, () => pool.acquire())
    for (let i = 0; i < 3; i++) {
      fail[i]!()
      await assert.rejects(all[i]!, down)
    }
    await shop.clock.advance(1_000)
    let finish = (): void => {}
    shop.create = () => new Promise(resolve => (finish = () => resolve(shop.make())))
    const probe = pool.acquire()
    const waiting = pool.acquire()
    fail[3]!()
    await assert.rejects(all[3]!, down)
    await shop.clock.advance(5_000)
    assert.deepEqual([pool.status().breaker, await stateOf(waiting)], ['half-open', 'pending'])
    shop.create = () => shop.make()
    finish()
    await Promise.all([probe, waiting])
    assert.equal(pool.status().breaker, 'closed')
  })

  it('may be none', async () => {
    const pool = shop.pool({ breaker: false })
    shop.create = () => Promise.reject(down)
    for (let i = 0; i < 50; i++) await assert.rejects(pool.acquire(), down)
    assert.equal(pool.status().breaker, 'disabled')
  })
})
