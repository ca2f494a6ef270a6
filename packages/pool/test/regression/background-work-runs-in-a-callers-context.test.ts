import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { turns, Workshop } from '../workshop.ts'

// As node-pg-pool#108: a connection made during a request saw that request's store for ever.
describe('functions of the factory', () => {
  it('see nothing of whoever happened to call the pool', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const shop = new Workshop()
    shop.create = async () => {
      seen.push(storage.getStore())
      await Promise.resolve()
      seen.push(storage.getStore())
      return shop.make()
    }
    shop.destroy = thing => {
      seen.push(storage.getStore())
      shop.unmake(thing)
    }
    const see = (): true => {
      seen.push(storage.getStore())
      return true
    }
    const pool = shop.pool({ max: 1, testOnBorrow: true }, { validate: see, reset: see })
    await storage.run('request', async () => {
      await (await pool.acquire()).release()
      await (await pool.acquire()).destroy()
    })
    assert.deepEqual(
      seen,
      Array.from({ length: seen.length }, () => undefined),
    )
    assert.equal(seen.length, 5)
  })

  it('leave whoever waits in their own', async () => {
    const storage = new AsyncLocalStorage<string>()
    const shop = new Workshop()
    const pool = shop.pool({ max: 1 })
    const held = await pool.acquire()
    const waiting = storage.run('waiter', async () => {
      await pool.acquire()
      return storage.getStore()
    })
    await storage.run('releaser', () => held.release())
    assert.equal(await waiting, 'waiter')
  })

  it('leave nothing of them in timers, nor in what lives as long as a resource', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen = new Map<string, unknown>()
    const shop = new Workshop()
    const { setTimeout } = shop.clock
    shop.clock.setTimeout = (fn, millis) => {
      seen.set(`timer ${seen.size}`, storage.getStore())
      return setTimeout.call(shop.clock, fn, millis)
    }
    shop.registry.on('acquire', ({ kind }) => {
      if (kind === 'pool.resource') seen.set(kind, storage.getStore())
    })
    const pool = shop.pool({ max: 1, idleTimeoutMillis: 1_000 })
    pool.on('destroy', ({ reason }) => seen.set(reason, storage.getStore()))
    await storage.run('request', async () => {
      const held = await pool.acquire()
      const waiting = pool.acquire()
      await turns()
      await held.release()
      await (await waiting).release()
      await shop.clock.advance(2_000)
    })
    assert(seen.has('idle') && seen.has('pool.resource') && seen.has('timer 1'))
    assert.deepEqual(new Set(seen.values()), new Set([undefined]))
  })
})
