import assert from 'node:assert/strict'
import { stateOf, turns, Workshop } from './workshop.ts'

describe('the order of service', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  it('is strictly that of arrival, with 10,000 waiters', async () => {
    const pool = shop.pool({ max: 3, acquireTimeoutMillis: Infinity })
    const served: number[] = []
    const all = Array.from({ length: 10_000 }, async (_, i) => {
      const lease = await pool.acquire()
      served.push(i)
      await lease.release()
    })
    await Promise.all(all)
    assert.deepEqual(
      served,
      Array.from({ length: 10_000 }, (_, i) => i),
    )
    assert.equal(shop.peak, 3)
    shop.check()
  })

  it('is strictly that of arrival when waiters with time-outs come and go', async () => {
    const pool = shop.pool({ max: 1, acquireTimeoutMillis: 1_000 })
    const held = await pool.acquire()
    const served: number[] = []
    const gone: number[] = []
    for (let i = 0; i < 300; i++) {
      const timeoutMillis = i % 3 === 0 ? { timeoutMillis: 50 + (i % 7) } : {}
      pool.acquire(timeoutMillis).then(
        async lease => {
          served.push(i)
          await lease.release()
        },
        () => gone.push(i),
      )
    }
    await shop.clock.advance(100)
    assert.equal(gone.length, 100)
    await held.release()
    await turns()
    assert.deepEqual(
      served,
      Array.from({ length: 300 }, (_, i) => i).filter(i => i % 3 !== 0),
    )
    assert.equal(shop.clock.pending, 1, 'only the sweep’s timer is left')
  })

  async function orderOf(asks: readonly { at: number; priority?: number; tag: string }[]): Promise<string[]> {
    const pool = shop.pool({ max: 1, acquireTimeoutMillis: Infinity })
    const held = await pool.acquire()
    const served: string[] = []
    const all: Promise<void>[] = []
    for (const { at, priority, tag } of asks) {
      await shop.clock.advance(at - shop.clock.now())
      all.push(
        pool.acquire(priority === undefined ? {} : { priority }).then(async lease => {
          served.push(tag)
          await lease.release()
        }),
      )
    }
    await held.release()
    await Promise.all(all)
    return served
  }

  it('prefers the more urgent, which are the lower', async () => {
    const order = await orderOf([
      { at: 0, priority: 5, tag: 'later' },
      { at: 0, tag: 'usual' },
      { at: 0, priority: -5, tag: 'urgent' },
      { at: 0, priority: -5, tag: 'urgent too' },
    ])
    assert.deepEqual(order, ['urgent', 'urgent too', 'usual', 'later'])
  })

  it('counts a second of waiting as one level', async () => {
    const order = await orderOf([
      { at: 0, priority: 3, tag: 'patient' },
      { at: 2_000, priority: 0, tag: 'before it' },
      { at: 3_000, priority: 0, tag: 'as good, but later' },
      { at: 3_001, priority: 0, tag: 'after it' },
    ])
    assert.deepEqual(order, ['before it', 'patient', 'as good, but later', 'after it'])
  })

  it('starves nobody, however many urgent ones come', async () => {
    const pool = shop.pool({ max: 1, acquireTimeoutMillis: Infinity })
    let lease = await pool.acquire()
    let servedAfter = 0
    const patient = pool.acquire({ priority: 10 })
    // Two urgent ones for each that is served: a strict order of priorities would never get to the patient one.
    const urgent: Promise<typeof lease>[] = []
    for (; servedAfter < 100; servedAfter++) {
      urgent.push(pool.acquire({ priority: 0 }), pool.acquire({ priority: 0 }))
      await shop.clock.advance(500)
      await lease.release()
      if ((await stateOf(patient)) === 'fulfilled') break
      lease = await urgent[servedAfter]!
    }
    assert(servedAfter <= 41, `served after ${servedAfter}`)
    await (await patient).release()
  })

  it('does not depend on which of several creates ends first', async () => {
    const pool = shop.pool({ max: 3 })
    const finish: (() => void)[] = []
    shop.create = () => new Promise(resolve => finish.push(() => resolve(shop.make())))
    const served: number[] = []
    for (let i = 0; i < 3; i++) void pool.acquire().then(() => served.push(i))
    for (const i of [2, 0, 1]) {
      finish[i]!()
      await turns()
    }
    assert.deepEqual(served, [0, 1, 2])
  })
})
