import assert from 'node:assert/strict'
import { MemoryPressureMonitor, type PressureLevel } from '@leasehold/core'
import type { PoolOptions } from '../src/index.ts'
import type { Pool } from '../src/pool.ts'
import { heard, turns, Workshop } from './workshop.ts'

describe('a pool when memory is short', () => {
  let shop: Workshop
  let level: PressureLevel
  let pressure: MemoryPressureMonitor
  beforeEach(() => {
    shop = new Workshop()
    level = 'nominal'
    const { clock } = shop
    pressure = new MemoryPressureMonitor({ clock, sources: [{ name: 'test', read: () => level }] })
  })

  /** One with so many idle and so many borrowed resources. */
  async function stocked(options: PoolOptions, idle: number, borrowed: number) {
    const pool = shop.pool({ max: 10, pressure, ...options })
    const leases = await Promise.all(Array.from({ length: idle + borrowed }, () => pool.acquire()))
    for (const lease of leases.splice(borrowed)) await lease.release()
    return { pool, leases }
  }

  async function reach(next: PressureLevel): Promise<void> {
    level = next
    await shop.clock.advance(250)
    await turns()
  }

  const figures = (pool: Pool<{ id: number }>): number[] => [pool.status().idle, pool.status().borrowed]

  it('gives up half of what idles under warning, all of it under critical, nothing that is in use', async () => {
    const { pool, leases } = await stocked({}, 6, 2)
    const destroys = heard(pool, 'destroy')
    await reach('warning')
    assert.deepEqual(figures(pool), [3, 2])
    await reach('critical')
    assert.deepEqual(figures(pool), [0, 2])
    assert.deepEqual(new Set(destroys.map(({ reason }) => reason)), new Set(['pressure']))
    assert.equal(shop.destroyed, 6)
    for (const lease of leases) await lease.release()
    shop.check()
  })

  it('goes on while it lasts, and serves everybody all the same', async () => {
    const { pool } = await stocked({}, 4, 0)
    await reach('critical')
    assert.deepEqual(figures(pool), [0, 0])
    const lease = await pool.acquire()
    await lease.release()
    assert.deepEqual(figures(pool), [1, 0])
    await shop.clock.advance(2_000)
    await turns()
    assert.deepEqual(figures(pool), [0, 0])
    shop.check()
  })

  it('keeps min, and what is left is what was used last', async () => {
    const { pool } = await stocked({ min: 2 }, 5, 0)
    await reach('critical')
    assert.deepEqual(figures(pool), [2, 0])
    const lease = await pool.acquire()
    assert.equal(lease.value.id, 5)
    await lease.release()
    assert.equal(shop.created, 5)
  })

  it('gives up at once what relieve() asks for', async () => {
    const { pool } = await stocked({}, 4, 1)
    pressure.relieve()
    assert.deepEqual(figures(pool), [0, 1])
  })

  it('does nothing when it has been drained, and nobody polls any more', async () => {
    const { pool } = await stocked({ idleTimeoutMillis: false, maxLifetimeMillis: false }, 3, 0)
    await pool.drain()
    level = 'critical'
    await shop.clock.advance(1_000)
    assert.equal(shop.clock.pending, 0)
    assert.equal(shop.destroyed, 3)
  })

  it('can be told not to care', async () => {
    const { pool } = await stocked({ pressure: false }, 3, 0)
    pressure.relieve()
    MemoryPressureMonitor.default.relieve()
    assert.deepEqual(figures(pool), [3, 0])
  })

  it('cares for the process’s own monitor where none is given', async () => {
    const { pool } = await stocked({ pressure: undefined }, 3, 0)
    MemoryPressureMonitor.default.relieve()
    assert.deepEqual(figures(pool), [0, 0])
  })
})
