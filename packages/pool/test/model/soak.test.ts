import assert from 'node:assert/strict'
import { isLeaseholdError } from '@leasehold/core'
import { turns, Workshop, type Thing } from '../workshop.ts'

/** A generator of its own, so that a run can be repeated: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

async function soak(seed: number, cycles: number): Promise<void> {
  const random = randomOf(seed)
  const shop = new Workshop()
  const { clock } = shop
  const inUse = new Set<Thing>()
  const sometimes = async <R>(probability: number, result: () => R): Promise<R> => {
    if (random() < 0.3) await new Promise<void>(resolve => void clock.setTimeout(resolve, 1 + random() * 20))
    if (random() < probability) throw new Error('as planned')
    return result()
  }
  const pool = shop.pool(
    {
      max: 5,
      min: 1,
      maxUses: 20,
      testOnBorrow: true,
      testOnReturn: true,
      breaker: false,
      idleTimeoutMillis: 500,
    },
    {
      create: () => sometimes(0.5, () => shop.make()),
      destroy: thing => sometimes(0.3, () => shop.unmake(thing)),
      validate: () => sometimes(0.3, () => random() < 0.8),
      reset: () => sometimes(0.1, () => {}),
    },
  )
  let [asked, served, refused] = [0, 0, 0]
  const user = async (): Promise<void> => {
    for (let i = 0; i < cycles; i++) {
      asked++
      const controller = new AbortController()
      if (random() < 0.1) clock.setTimeout(() => controller.abort(), random() * 40)
      const options = {
        signal: controller.signal,
        priority: Math.floor(random() * 3),
        timeoutMillis: 1 + random() * 300,
      }
      try {
        const lease = await pool.acquire(options)
        assert(!inUse.has(lease.value), 'nobody is handed out twice')
        assert(shop.alive.has(lease.value), 'what is handed out is alive')
        inUse.add(lease.value)
        served++
        await new Promise<void>(resolve => void clock.setTimeout(resolve, random() * 10))
        inUse.delete(lease.value)
        if (random() < 0.1) await lease.destroy()
        else await lease.release().catch(() => {})
      } catch (error) {
        const { message, name } = error as Error
        assert(message === 'as planned' || name === 'AbortError' || isLeaseholdError(error), String(error))
        refused++
      }
    }
  }
  const progress = { isOver: false }
  const users = Promise.all(Array.from({ length: 20 }, user)).then(() => (progress.isOver = true))
  while (!progress.isOver) {
    await clock.advance(50)
    shop.check()
  }
  await users
  assert.equal(asked, served + refused)
  const drained = pool.drain()
  await clock.advance(12_000)
  await drained
  await turns()
  assert.deepEqual([pool.status().size, inUse.size], [0, 0])
  const { groups } = shop.registry.stats()
  const resources = groups.find(({ kind }) => kind === 'pool.resource')!
  const loans = groups.find(({ kind }) => kind === 'pool.loan')!
  assert.equal(resources.acquired, shop.created)
  assert.equal(shop.created, shop.destroyed + shop.alive.size)
  assert.equal(resources.outcomes.success, shop.destroyed)
  assert.equal(resources.outcomes.failure, shop.alive.size)
  assert.deepEqual([loans.acquired, loans.live, loans.releasing], [served, 0, 0])
  assert(served > asked / 10, `${served} of ${asked} served`)
}

describe('a pool at random, against the truth', () => {
  for (const seed of [1, 2, 3]) {
    it(`hands nobody out twice, and loses nothing (seed ${seed})`, async function () {
      this.timeout(60_000)
      await soak(seed, 100)
    })
  }
})
