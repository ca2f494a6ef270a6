import assert from 'node:assert/strict'
import { throwingProxy } from '../../core/test/throwing-proxy.ts'
import type { PoolFactory } from '../src/index.ts'
import { turns, Workshop, type Thing } from './workshop.ts'

const hostileThenable = {
  // eslint-disable-next-line unicorn/no-thenable -- that is the point
  get then(): never {
    throw new Error('then')
  },
}
// eslint-disable-next-line unicorn/no-thenable -- that is the point
const twice = { then: (resolve: (value: unknown) => void) => [resolve({ id: 1 }), resolve({ id: 2 })] }

describe('hostile factories', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  for (const [what, create] of [
    ['throws', () => assert.fail('broken')],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['rejects with nothing', () => Promise.reject()],
    [
      'throws a Proxy that throws',
      () => {
        throw throwingProxy()
      },
    ],
    ['rejects with a Proxy that throws', () => Promise.reject(throwingProxy())],
    ['returns a thenable that throws', () => hostileThenable],
  ] as readonly (readonly [string, () => unknown])[]) {
    it(`create that ${what}: the caller gets it, the pool goes on`, async () => {
      const pool = shop.pool({ max: 1 })
      shop.create = create as typeof shop.create
      await pool.acquire().then(
        () => assert.fail('a lease'),
        () => {},
      )
      assert.equal(pool.status().size, 0)
      shop.create = () => shop.make()
      await (await pool.acquire()).release()
      assert.equal((await pool.drain()).clean, true)
      shop.check()
    })
  }

  it('create that resolves with a Proxy that throws: it is lent as it is', async () => {
    const hostile = throwingProxy<Thing>()
    const pool = shop.pool({ max: 1 }, { create: () => hostile, destroy: () => {} })
    // A promise would ask it for its `then`: whoever makes one does so already.
    const lease = await pool.acquire().catch(() => undefined)
    assert.equal(lease, undefined)
    assert.equal(pool.status().size, 0)
  })

  it('create that settles twice: the first counts', async () => {
    const pool = shop.pool({ max: 1 }, { create: () => twice as never, destroy: () => {} })
    assert.deepEqual((await pool.acquire()).value, { id: 1 })
  })

  for (const [what, answer] of [
    ['undefined', undefined],
    ['1', 1],
    ['a promise of "yes"', Promise.resolve('yes')],
    ['a Proxy that throws', throwingProxy()],
    ['a thenable that throws', hostileThenable],
  ] as readonly (readonly [string, unknown])[]) {
    it(`validate that answers ${what}: the resource is not good`, async () => {
      const pool = shop.pool({ max: 1, testOnBorrow: true }, { validate: () => answer as boolean })
      await (await pool.acquire()).release()
      assert.equal((await pool.acquire()).value.id, 2)
      shop.check()
    })
  }

  for (const how of ['throws', 'rejects'] as const) {
    const fail = (): Promise<never> => {
      if (how === 'throws') throw new Error('broken')
      return Promise.reject(new Error('broken'))
    }

    it(`validate that ${how}: the resource is not good`, async () => {
      const pool = shop.pool({ max: 1, testOnBorrow: true }, { validate: fail })
      await (await pool.acquire()).release()
      assert.equal((await pool.acquire()).value.id, 2)
    })

    it(`reset that ${how}: the resource is destroyed`, async () => {
      const pool = shop.pool({ max: 1 }, { reset: fail })
      const lease = await pool.acquire()
      await assert.rejects(lease.release(), { code: 'ERR_CLEANUP_FAILED' })
      await turns()
      assert.deepEqual([shop.destroyed, pool.status().size], [1, 0])
    })

    it(`destroy that ${how}: the slot is free, and it is counted`, async () => {
      const pool = shop.pool({ max: 1 })
      shop.destroy = fail
      await (await pool.acquire()).destroy()
      assert.equal(pool.status().size, 0)
      assert.equal(shop.registry.stats().outcomes.failure, 1)
      await pool.acquire()
    })
  }

  it('functions that call the pool from within', async () => {
    const calls: Promise<unknown>[] = []
    const again = (): void => {
      if (calls.length < 20) calls.push(pool.acquire().then(lease => lease.release()))
    }
    const pool = shop.pool(
      { max: 2, testOnBorrow: true },
      {
        create: () => {
          again()
          return shop.make()
        },
        validate: () => {
          again()
          return true
        },
        reset: again,
      },
    )
    await (await pool.acquire()).release()
    await turns(20)
    await Promise.all(calls)
    shop.check()
    assert.equal((await pool.drain()).clean, true)
  })

  it('a factory whose members are a class’s, and use this', async () => {
    class Factory implements PoolFactory<number> {
      #made: number = 0

      create(): number {
        return ++this.#made
      }

      destroy(): void {
        this.#made--
      }
    }
    const pool = shop.pool({ max: 1 }, {})
    await pool.drain()
    const { createPool } = await import('../src/index.ts')
    const own = createPool(new Factory(), { registry: shop.registry, clock: shop.clock })
    assert.equal((await own.acquire()).value, 1)
  })

  it('validate that answers at once that none of two thousand is good', async () => {
    let isGood = true
    const pool = shop.pool({ max: 2_000, testOnBorrow: true }, { validate: () => isGood })
    const leases = await Promise.all(Array.from({ length: 2_000 }, () => pool.acquire()))
    for (const lease of leases) await lease.release()
    isGood = false
    const acquired = pool.acquire()
    assert.equal((await acquired).value.id, 2_001)
    assert.equal(shop.destroyed, 2_000)
    shop.check()
  })
})
