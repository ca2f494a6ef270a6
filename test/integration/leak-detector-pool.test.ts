import assert from 'node:assert/strict'
import { ResourceRegistry } from '@leasehold/core'
import { outliving, startLeakDetector, type LeakDetector } from '@leasehold/leak-detector'
import { createPool, type Pool } from '@leasehold/pool'

describe('a leak detector and a pool', () => {
  let detector: LeakDetector
  let pool: Pool<object>
  let told: string[]
  let heard: () => void

  beforeEach(() => {
    const registry = new ResourceRegistry()
    detector = startLeakDetector({ registry, preset: 'development', onAlert: () => {} })
    told = []
    heard = () => {}
    detector.on('leak', ({ reason, lease }) => {
      told.push(`${reason} ${lease.kind} ${lease.name} ${lease.stack?.split('\n')[0]?.split('/').at(-1)}`)
      heard()
    })
    pool = createPool({ create: () => ({}), destroy: () => {} }, { name: 'db', max: 1, registry })
  })
  afterEach(async () => {
    detector.stop()
    await pool.drain({ timeoutMillis: 100, force: true })
  })

  const leaked = (): Promise<void> => new Promise(resolve => (heard = resolve))

  it('a loan that outlives its request is told, with the place it was taken at; its resource is not', async () => {
    const isTold = leaked()
    await outliving(async () => {
      await pool.use(async () => {})
      await pool.acquire()
    })
    await isTold
    assert.equal(told.length, 1)
    assert.match(told[0]!, /^outlived pool\.loan db leak-detector-pool\.test\.ts:\d+/)
  })

  it('a loan that was waited for is its waiter’s, not its releaser’s', async () => {
    const isTold = leaked()
    const first = await pool.acquire()
    let waiting: Promise<unknown> | undefined
    const waiter = outliving(async () => {
      waiting = pool.acquire()
      await waiting
    })
    await outliving(async () => {
      await first.release()
      await waiting
    })
    await new Promise(resolve => setImmediate(resolve))
    assert.deepEqual(detector.report().activeAlerts, [], 'not the releaser’s')
    await waiter
    await isTold
    assert.equal(told.length, 1)
  })
})
