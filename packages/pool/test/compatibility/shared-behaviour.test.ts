import assert from 'node:assert/strict'
import { turns } from '../workshop.ts'
import { Bench, outcomeOf, ours, theirs, Things } from './contestants.ts'

/** The cases of generic-pool's own tests in which the two agree, and some beside them. */
for (const contestant of [theirs, ours]) {
  describe(`${contestant.title}: what generic-pool's own tests ask`, () => {
    const the = (what: string, fn: (bench: Bench, things: Things) => Promise<void>): void => {
      it(what, () => Bench.run(contestant, bench => fn(bench, new Things())))
    }

    the('one resource at most, none at least, unless told otherwise', async ({ create }, things) => {
      const { max, min, size, spareResourceCapacity } = create(things)
      assert.deepEqual([max, min, size, spareResourceCapacity], [1, 0, 0, 1])
    })

    the('a min above max is max', async ({ create }, things) => {
      const { max, min } = create(things, { min: 5, max: 3 })
      assert.deepEqual([max, min], [3, 3])
    })

    the('the more urgent are served first', async ({ create }, things) => {
      const pool = create(things, { max: 1, priorityRange: 2 })
      const order: number[] = []
      const borrow = async (priority: number): Promise<void> => {
        const thing = await pool.acquire(priority)
        order.push(priority)
        await pool.release(thing)
      }
      const held = await pool.acquire()
      const all = [1, 1, 1, 0, 0, 0].map(borrow)
      await pool.release(held)
      await Promise.all(all)
      assert.deepEqual(order, [0, 0, 0, 1, 1, 1])
    })

    the('drain waits for all who came before it, and refuses who comes after', async (bench, things) => {
      const pool = bench.create(things, { max: 2 })
      let served = 0
      const all = Array.from({ length: 5 }, async () => {
        const thing = await pool.acquire()
        served++
        await new Promise<void>(resolve => void bench.pass(0).then(resolve))
        await pool.release(thing)
      })
      const drained = pool.drain()
      assert.match(await outcomeOf(pool.acquire()), /^rejects/)
      await Promise.all(all)
      await drained
      assert.equal(served, 5)
      assert.equal(await pool.clear(), undefined)
      assert.equal(things.destroyed.length, things.created)
    })

    the('drain and clear end creates that are under way', async ({ create }, things) => {
      const pool = create(things, { max: 10, min: 1, evictionRunIntervalMillis: 500, testOnBorrow: true })
      await pool.drain()
      await pool.clear()
      await turns()
      assert.equal(things.created, things.destroyed.length)
    })

    the('size counts what there is', async ({ create }, things) => {
      const pool = create(things, { max: 2 })
      const [one, two] = [await pool.acquire(), await pool.acquire()]
      assert.equal(pool.size, 2)
      void pool.release(one)
      void pool.release(two)
      await pool.acquire()
      assert.equal(pool.size, 2)
    })

    the('available and borrowed change as soon as release is called', async ({ create }, things) => {
      const pool = create(things, { max: 2 })
      assert.equal(pool.available, 0)
      const [one, two] = [await pool.acquire(), await pool.acquire()]
      assert.deepEqual([pool.available, pool.borrowed], [0, 2])
      void pool.release(one)
      assert.deepEqual([pool.available, pool.borrowed], [1, 1])
      void pool.release(two)
      assert.deepEqual([pool.available, pool.borrowed], [2, 0])
      const again = await pool.acquire()
      assert.equal(pool.available, 1)
      void pool.release(again)
      assert.equal(pool.available, 2)
    })

    the('pending counts who waits', async ({ create }, things) => {
      const pool = create(things, { max: 1 })
      const [first, second] = [pool.acquire(), pool.acquire()]
      const held = await first
      assert.deepEqual([pool.available, pool.borrowed, pool.pending], [0, 1, 1])
      void pool.release(held)
      const next = await second
      assert.deepEqual([pool.available, pool.borrowed, pool.pending], [0, 1, 0])
      assert.equal(next, held)
    })

    the('a foreign resource is refused, and changes nothing', async ({ create }, things) => {
      const pool = create(things, { max: 1 })
      const held = await pool.acquire()
      assert.match(await outcomeOf(pool.release({ id: 0 })), /^rejects/)
      assert.deepEqual([pool.available, pool.borrowed], [0, 1])
      await pool.release(held)
      assert.deepEqual([pool.available, pool.borrowed], [1, 0])
    })

    the('isBorrowedResource tells what is out, until release is called', async ({ create }, things) => {
      const pool = create(things)
      const held = await pool.acquire()
      assert.equal(pool.isBorrowedResource(held), true)
      void pool.release(held)
      assert.equal(pool.isBorrowedResource(held), false)
    })

    the('after a destroy another one is made for who waits', async ({ create }, things) => {
      const pool = create(things, { max: 1 })
      const [first, second] = [pool.acquire(), pool.acquire()]
      await pool.destroy(await first)
      assert.equal((await second).id, 1)
      assert.deepEqual([pool.available, pool.borrowed, pool.pending], [0, 1, 0])
    })

    the('use gives the value when the function’s promise has settled', async ({ create }, things) => {
      const pool = create(things)
      assert.equal(await pool.use(async ({ id }) => (await turns(1), `value ${id}`)), 'value 0')
      await turns()
      assert.deepEqual([pool.available, things.destroyed.length], [1, 0])
    })

    the('use destroys what its function has failed with', async ({ create }, things) => {
      const pool = create(things)
      const failed = outcomeOf(pool.use(() => Promise.reject(new Error('broken'))))
      assert.equal(await failed, 'rejects: broken')
      assert.equal(things.destroyed.length, 1)
    })

    the('nothing idle is evicted before its time', async (bench, things) => {
      const pool = bench.create(things, { evictionRunIntervalMillis: 10 })
      await pool.release(await pool.acquire())
      await bench.pass(30)
      assert.equal(things.destroyed.length, 0)
      await bench.pass(40_000)
      assert.equal(things.destroyed.length, 1)
    })

    the('nothing is ever evicted without an interval', async (bench, things) => {
      const pool = bench.create(things, { idleTimeoutMillis: 50 })
      await pool.release(await pool.acquire())
      await bench.pass(5_000)
      assert.equal(things.destroyed.length, 0)
    })

    the('nobody waits where maxWaitingClients is 0', async ({ create }, things) => {
      const pool = create(things, { max: 2, maxWaitingClients: 0 })
      await pool.acquire()
      await pool.acquire()
      assert.match(await outcomeOf(pool.acquire()), /^rejects/)
    })

    the('ready tells when min are there', async ({ create }, things) => {
      const pool = create(things, { min: 2, max: 4 })
      const ready = pool.ready()
      await turns()
      assert.ok(pool.available >= 2)
      void ready
    })

    the('an acquire that takes too long is rejected, one that does not is not', async bench => {
      const slow = (millis: number): (() => Promise<object>) => {
        return () => new Promise(resolve => setTimeout(resolve, millis, {}))
      }
      const destroy = async (): Promise<void> => {}
      const late = bench.create({ create: slow(100), destroy }, { acquireTimeoutMillis: 20 }).acquire()
      const intime = bench.create({ create: slow(10), destroy }, { acquireTimeoutMillis: 400 }).acquire()
      const outcomes = Promise.all([late, intime].map(outcomeOf))
      void outcomes
      await bench.pass(50)
      assert.match(await outcomeOf(late), /^rejects/)
      assert.equal(await outcomeOf(intime), 'resolves')
    })

    the('a destroy that takes too long is told, one that does not is not', async bench => {
      const told: string[] = []
      for (const [millis, destroyTimeoutMillis] of [
        [100, 20],
        [10, 400],
      ] as const) {
        const destroy = (): Promise<void> => new Promise(resolve => setTimeout(resolve, millis))
        const pool = bench.create({ create: async () => ({}), destroy }, { destroyTimeoutMillis })
        pool.on('factoryDestroyError', () => void told.push(`after ${destroyTimeoutMillis}`))
        void outcomeOf(pool.destroy(await pool.acquire()))
      }
      await bench.pass(200)
      assert.deepEqual(told, ['after 20'])
    })
  })
}
