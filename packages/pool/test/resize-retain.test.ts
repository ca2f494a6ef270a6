import assert from 'node:assert/strict'
import { heard, turns, Workshop } from './workshop.ts'

describe('resize', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  it('to more serves who waits at once', async () => {
    const pool = shop.pool({ max: 1 })
    const held = [await pool.acquire()]
    const waiting = [pool.acquire(), pool.acquire()]
    await pool.resize(3)
    held.push(...(await Promise.all(waiting)))
    assert.equal(pool.status().borrowed, 3)
    for (const lease of held) await lease.release()
  })

  it('to fewer destroys idle ones now, oldest first, and those in use when they come back', async () => {
    const pool = shop.pool({ max: 4 })
    const destroys = heard(pool, 'destroy')
    const leases = await Promise.all(Array.from({ length: 4 }, () => pool.acquire()))
    await leases[0]!.release()
    await leases[1]!.release()
    await pool.resize(1)
    assert.deepEqual([shop.destroyed, pool.status().size, pool.status().max], [2, 2, 1])
    await leases[2]!.release()
    await turns()
    assert.equal(pool.status().size, 1)
    await leases[3]!.release()
    assert.equal(pool.status().idle, 1)
    assert.deepEqual(new Set(destroys.map(({ reason }) => reason)), new Set(['shrunk']))
    shop.check()
  })

  it('refuses what makes no sense, and changes nothing', async () => {
    const pool = shop.pool({ max: 4, min: 2 })
    for (const [max, text] of [
      [0, 'an integer >= 1, got 0'],
      [1.5, 'an integer >= 1, got 1.5'],
      [undefined, 'an integer >= 1, got undefined'],
      [1, 'an integer >= min (2), got 1'],
    ] as const) {
      await assert.rejects(pool.resize(max as number), {
        code: 'ERR_CONFIG',
        message: `pool "things".resize: max must be ${text}`,
      })
    }
    assert.equal(pool.status().max, 4)
  })
})

describe('retain', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  it('keeps the idle ones that it is told to, and waits for the end of the others', async () => {
    const pool = shop.pool({ max: 5 })
    const leases = await Promise.all(Array.from({ length: 5 }, () => pool.acquire()))
    for (const lease of leases.slice(1)) await lease.release()
    assert.deepEqual(await pool.retain(({ id }) => id % 2 === 0), { retained: 2, removed: 2 })
    assert.deepEqual(
      [...shop.alive].map(({ id }) => id),
      [1, 2, 4],
    )
    await leases[0]!.release()
    shop.check()
  })

  it('rejects with what the predicate throws; who was not asked about is kept', async () => {
    const pool = shop.pool({ max: 3 })
    const leases = await Promise.all(Array.from({ length: 3 }, () => pool.acquire()))
    for (const lease of leases) await lease.release()
    let calls = 0
    const predicate = (): boolean => {
      if (++calls === 2) throw new Error('cannot tell')
      return false
    }
    await assert.rejects(pool.retain(predicate), { message: 'cannot tell' })
    await turns()
    assert.equal(pool.status().idle, 2)
  })

  it('refuses an asynchronous predicate, which would keep everything', async () => {
    const pool = shop.pool({ max: 1 })
    await (await pool.acquire()).release()
    await assert.rejects(pool.retain((async () => false) as never), {
      message: 'pool "things".retain: predicate must be synchronous, got an object',
    })
    await assert.rejects(pool.retain(undefined as never), { code: 'ERR_CONFIG' })
    assert.equal(pool.status().idle, 1)
  })

  it('may change the pool from within', async () => {
    const pool = shop.pool({ max: 2 })
    const leases = [await pool.acquire(), await pool.acquire()]
    for (const lease of leases) await lease.release()
    const taken: unknown[] = []
    await pool.retain(() => {
      void pool.acquire().then(lease => taken.push(lease.value.id))
      return false
    })
    await turns()
    assert(taken.length >= 1)
    shop.check()
  })

  it('retain refuses an asynchronous predicate, whose failure is then nobody’s', async () => {
    const pool = shop.pool()
    await (await pool.acquire()).release()
    const failed = (() => Promise.reject(new Error('late'))) as unknown as () => boolean
    const heard: unknown[] = []
    const listen = (error: unknown): void => void heard.push(error)
    process.on('unhandledRejection', listen)
    await assert.rejects(pool.retain(failed), { code: 'ERR_CONFIG' })
    await new Promise(setImmediate)
    process.off('unhandledRejection', listen)
    assert.deepEqual(heard, [])
  })
})
