import assert from 'node:assert/strict'
import { ResourceRegistry, withScope } from '@leasehold/core'
import { stateOf, Workshop, turns } from './workshop.ts'

describe('a pool', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  it('lends, takes back, lends again, and ends', async () => {
    const pool = shop.pool({ max: 2 })
    const lease = await pool.acquire()
    assert.equal(lease.kind, 'pool.loan')
    assert.equal(lease.name, 'things')
    assert.deepEqual(lease.value, { id: 1 })
    await lease.release()
    assert.throws(() => lease.value, { code: 'ERR_LEASE_RELEASED' })
    const again = await pool.acquire()
    assert.deepEqual(again.value, { id: 1 })
    await again.release()
    assert.equal((await pool.drain()).clean, true)
    assert.deepEqual([shop.created, shop.destroyed, shop.alive.size], [1, 1, 0])
    shop.check()
  })

  it('says where its resources are', async () => {
    const pool = shop.pool({ max: 3, min: 0 })
    const [a, b] = [await pool.acquire(), await pool.acquire()]
    await b.release()
    assert.deepEqual(pool.status(), {
      size: 2,
      idle: 1,
      borrowed: 1,
      validating: 0,
      resetting: 0,
      creating: 0,
      destroying: 0,
      waiting: 0,
      max: 3,
      min: 0,
      breaker: 'closed',
      draining: false,
    })
    await a.release()
  })

  it("gives loans that a scope can hold, and that the scope's end returns", async () => {
    const pool = shop.pool({ max: 1 })
    const seen = await withScope(
      async scope => {
        const lease = scope.add(await pool.acquire())
        return { value: lease.value, borrowed: pool.status().borrowed }
      },
      { registry: shop.registry },
    )
    assert.deepEqual(seen, { value: { id: 1 }, borrowed: 1 })
    assert.equal(pool.status().idle, 1)
    shop.check()
  })

  it('lends the newest idle resource first', async () => {
    const pool = shop.pool({ max: 3 })
    const leases = [await pool.acquire(), await pool.acquire(), await pool.acquire()]
    for (const i of [1, 0, 2]) await leases[i]!.release()
    const order = []
    for (let i = 0; i < 3; i++) order.push((await pool.acquire()).value.id)
    assert.deepEqual(order, [3, 1, 2])
  })

  it('never makes more than max', async () => {
    const pool = shop.pool({ max: 2 })
    const all = Array.from({ length: 10 }, () => pool.acquire())
    await turns()
    assert.equal(shop.created, 2)
    for (const promise of all) await (await promise).release()
    assert.deepEqual([shop.created, shop.peak], [2, 2])
  })

  it('destroys a broken resource on request, once', async () => {
    const pool = shop.pool({ max: 1 })
    const lease = await pool.acquire()
    const waiting = pool.acquire()
    await lease.destroy()
    await lease.destroy()
    assert.equal(shop.destroyed, 1)
    assert.deepEqual((await waiting).value, { id: 2 })
    shop.check()
  })

  it('leaves a resource alone that was destroyed by a lease of the past', async () => {
    const pool = shop.pool({ max: 1 })
    const old = await pool.acquire()
    await old.release()
    const lease = await pool.acquire()
    await old.destroy()
    assert.deepEqual(lease.value, { id: 1 })
    await lease.release()
    assert.equal(shop.destroyed, 0)
  })

  it('accounts every loan and every resource in the registry', async () => {
    const pool = shop.pool({ max: 2 })
    for (let i = 0; i < 5; i++) await (await pool.acquire()).release()
    const held = await pool.acquire()
    const of = (kind: string): unknown => {
      const { acquired, live, outcomes } = shop.registry.stats().groups.find(group => group.kind === kind)!
      return [acquired, live, outcomes.success]
    }
    assert.deepEqual(of('pool.loan'), [6, 1, 5])
    assert.deepEqual(of('pool.resource'), [1, 1, 0])
    await held.release()
    await pool.drain()
    assert.deepEqual(of('pool.loan'), [6, 0, 6])
    assert.deepEqual(of('pool.resource'), [1, 0, 1])
  })

  it('lends primitive, equal and absent values, each as a resource of its own', async () => {
    for (const value of [1, '', null, undefined, Number.NaN]) {
      const pool = shop.pool({ max: 2 }, { create: () => value as never, destroy: () => {} })
      const [a, b] = [await pool.acquire(), await pool.acquire()]
      assert.deepEqual([a.value, b.value], [value, value])
      await a.release()
      await b.release()
      assert.equal(pool.status().idle, 2)
      assert.equal((await pool.drain()).clean, true)
    }
  })

  it('survives a registry that is drained, and what it ends', async () => {
    const pool = shop.pool({ max: 2 })
    const lease = await pool.acquire()
    await (await pool.acquire()).release()
    await shop.registry.drain()
    assert.throws(() => lease.value, { code: 'ERR_LEASE_RELEASED' })
    await turns()
    assert.deepEqual([pool.status().size, shop.alive.size], [0, 0])
    await (await pool.acquire()).release()
    assert.equal((await pool.drain()).clean, true)
    shop.check()
  })

  it('is not held up by a create that settles while others wait', async () => {
    const pool = shop.pool({ max: 2 })
    const first = await pool.acquire()
    let finish = (): void => {}
    shop.create = () => new Promise(resolve => (finish = () => resolve(shop.make())))
    const second = pool.acquire()
    const third = pool.acquire()
    await first.release()
    assert.equal((await second).value.id, 1)
    assert.equal(await stateOf(third), 'pending')
    finish()
    assert.equal((await third).value.id, 2)
  })

  it('tells of a loan that was waited for, or validated, where it was asked for', async () => {
    const { clock } = shop
    const registry = new ResourceRegistry({ clock, sampling: { stacks: 1 } })
    const pool = shop.pool({ max: 1, registry, testOnBorrow: true }, { validate: async () => true })
    const stackOf = (): string | undefined => registry.leases({ kind: 'pool.loan' })[0]?.stack
    const thosePassing = async function thePasser(): Promise<void> {
      await held.release()
    }
    const held = await (function theFirst() {
      return pool.acquire()
    })()
    assert.match(stackOf()!, /theFirst/)
    const waiting = (function theWaiter() {
      return pool.acquire()
    })()
    await thosePassing()
    const lease = await waiting
    assert.match(stackOf()!, /theWaiter/)
    assert.doesNotMatch(stackOf()!, /thePasser/)
    await lease.release()
  })
})
