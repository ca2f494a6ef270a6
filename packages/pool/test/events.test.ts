import assert from 'node:assert/strict'
import type { PoolEventType } from '../src/index.ts'
import { heard, turns, Workshop } from './workshop.ts'

const ALL: readonly PoolEventType[] = [
  'create',
  'acquire',
  'release',
  'invalid',
  'destroy',
  'timeout',
  'breaker',
  'drain',
]

describe('events of a pool', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  it('tell each step', async () => {
    const pool = shop.pool({ max: 1 })
    const told: string[] = []
    for (const type of ALL) pool.on(type, event => void told.push(event.type))
    const lease = await pool.acquire()
    const waiting = pool.acquire()
    await lease.release()
    await (await waiting).destroy()
    await pool.drain()
    assert.deepEqual(told, ['create', 'acquire', 'release', 'acquire', 'release', 'destroy', 'drain'])
  })

  it('tell how long was waited', async () => {
    const pool = shop.pool({ max: 1 })
    const acquires = heard(pool, 'acquire')
    const held = await pool.acquire()
    const waiting = pool.acquire()
    await shop.clock.advance(70)
    await held.release()
    await waiting
    assert.deepEqual(
      acquires.map(({ waitMillis }) => waitMillis),
      [0, 70],
    )
  })

  it('end with off and with dispose', async () => {
    const pool = shop.pool({ max: 1 })
    let calls = 0
    const listener = (): void => void calls++
    const first = pool.on('acquire', listener)
    pool.on('acquire', listener)
    await (await pool.acquire()).release()
    first[Symbol.dispose]()
    await (await pool.acquire()).release()
    pool.off('acquire', listener)
    await (await pool.acquire()).release()
    assert.equal(calls, 3)
  })

  it('of listeners that throw or reject are counted, and never felt', async () => {
    const pool = shop.pool({ max: 1 })
    for (const type of ALL) {
      pool.on(type, () => {
        throw new Error('listener')
      })
      pool.on(type, () => Promise.reject(new Error('listener')) as never)
    }
    const held = await pool.acquire()
    const waiting = pool.acquire()
    await held.release()
    await (await waiting).destroy()
    assert.equal((await pool.drain()).clean, true)
    await turns()
    assert.equal(pool.listenerErrors, 14)
    shop.check()
  })

  it('may acquire from within', async () => {
    const pool = shop.pool({ max: 2 })
    const inner: unknown[] = []
    const listening = pool.on('release', () => {
      listening[Symbol.dispose]()
      inner.push(pool.acquire())
    })
    await (await pool.acquire()).release()
    await turns()
    assert.equal(pool.status().borrowed, 1)
    shop.check()
  })

  it('are refused by an unknown name', () => {
    const pool = shop.pool()
    assert.throws(() => pool.on('aquire' as never, () => {}), {
      code: 'ERR_CONFIG',
      message: `pool "things": event must be ${ALL.map(type => `'${type}'`).join(' | ')}, got "aquire"`,
    })
    assert.throws(() => pool.on('acquire', undefined as never), { code: 'ERR_CONFIG' })
  })
})
