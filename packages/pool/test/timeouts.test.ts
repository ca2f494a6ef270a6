import assert from 'node:assert/strict'
import { PoolError } from '../src/index.ts'
import { heard, never, stateOf, turns, Workshop } from './workshop.ts'

async function errorOf(promise: Promise<unknown>): Promise<PoolError> {
  try {
    await promise
  } catch (error) {
    assert(error instanceof PoolError, String(error))
    return error
  }
  return assert.fail('it has not failed')
}

describe('time-outs of a pool', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  it('wait: tells the phase, the time and the state of the pool', async () => {
    const pool = shop.pool({ name: 'orders', max: 1, acquireTimeoutMillis: 500 })
    const timeouts = heard(pool, 'timeout')
    const held = await pool.acquire()
    const waiting = pool.acquire()
    const failed = errorOf(waiting)
    await shop.clock.advance(499)
    assert.equal(await stateOf(waiting), 'pending')
    await shop.clock.advance(1)
    const error = await failed
    assert.equal(error.code, 'ERR_POOL_TIMEOUT')
    assert.equal(error.name, 'PoolError')
    assert.equal(error.pool, 'orders')
    assert.equal(error.phase, 'wait')
    assert.equal(error.elapsedMillis, 500)
    assert.equal(error.status.borrowed, 1)
    assert.equal(error.status.waiting, 1)
    assert.equal('cause' in error, false)
    assert.equal(
      error.message,
      'pool "orders": acquire timed out after 500 ms waiting for a resource (1 of 1 borrowed, 0 idle, 0 creating, 1 waiting)',
    )
    assert.deepEqual(timeouts, [{ type: 'timeout', phase: 'wait', elapsedMillis: 500 }])
    assert.equal(pool.status().waiting, 0)
    await held.release()
    assert.equal(pool.status().idle, 1)
  })

  it('wait: has the latest create’s failure as its cause, until one succeeds', async () => {
    const pool = shop.pool({ max: 2, acquireTimeoutMillis: 500 })
    const held = await pool.acquire()
    const broken = new Error('no route')
    shop.create = () => Promise.reject(broken)
    await assert.rejects(pool.acquire(), broken)
    shop.create = never
    const first = errorOf(pool.acquire())
    const second = errorOf(pool.acquire())
    await shop.clock.advance(500)
    assert.deepEqual([(await first).phase, (await first).cause], ['create', broken])
    assert.deepEqual([(await second).phase, (await second).cause], ['wait', broken])
    await held.release()
  })

  it('wait: may differ by call, and be endless', async () => {
    const pool = shop.pool({ max: 1 })
    const held = await pool.acquire()
    const short = errorOf(pool.acquire({ timeoutMillis: 10 }))
    const long = pool.acquire({ timeoutMillis: Infinity })
    await shop.clock.advance(10)
    assert.equal((await short).elapsedMillis, 10)
    await shop.clock.advance(10_000_000)
    assert.equal(await stateOf(long), 'pending')
    await held.release()
    await (await long).release()
  })

  it('create: is that caller’s error, and what comes late is destroyed', async () => {
    const pool = shop.pool({ max: 1, createTimeoutMillis: 100 })
    const creates = heard(pool, 'create')
    const destroys = heard(pool, 'destroy')
    let finish = (): void => {}
    let aborted: unknown
    shop.create = signal => {
      signal.addEventListener('abort', () => (aborted = signal.reason))
      return new Promise(resolve => (finish = () => resolve(shop.make())))
    }
    const failed = errorOf(pool.acquire())
    await shop.clock.advance(100)
    const error = await failed
    assert.deepEqual([error.code, error.phase, error.elapsedMillis], ['ERR_POOL_TIMEOUT', 'create', 100])
    assert.equal(error.message, 'pool "things": create timed out after 100 ms')
    assert.equal(aborted, error)
    assert.equal(creates[0]?.error, error)
    assert.equal(pool.status().size, 0)
    finish()
    await turns()
    assert.deepEqual([shop.created, shop.destroyed], [1, 1])
    assert.deepEqual(destroys, [{ type: 'destroy', reason: 'late' }])
    shop.check()
  })

  it('create: is the phase of an acquire whose own create is under way', async () => {
    const pool = shop.pool({ max: 1, acquireTimeoutMillis: 50 })
    let finish = (): void => {}
    shop.create = () => new Promise(resolve => (finish = () => resolve(shop.make())))
    const failed = errorOf(pool.acquire())
    await shop.clock.advance(50)
    assert.equal((await failed).phase, 'create')
    finish()
    await turns()
    // Nobody else was there: it is not lost.
    assert.equal(pool.status().idle, 1)
  })

  it('validate: condemns the resource, and the acquire goes on', async () => {
    const pool = shop.pool({ max: 1, testOnBorrow: true, validateTimeoutMillis: 100 }, { validate: never })
    const timeouts = heard(pool, 'timeout')
    await (await pool.acquire()).release()
    const waiting = pool.acquire()
    await turns()
    assert.deepEqual([pool.status().validating, pool.status().waiting], [1, 1])
    await shop.clock.advance(100)
    assert.equal((await waiting).value.id, 2)
    assert.deepEqual(timeouts, [{ type: 'timeout', phase: 'validate', elapsedMillis: 100 }])
  })

  it('validate: is the phase of an acquire for which a resource is being validated', async () => {
    let answer: (isValid: boolean) => void = () => {}
    const validate = (): Promise<boolean> => new Promise(resolve => (answer = resolve))
    const pool = shop.pool({ max: 1, testOnBorrow: true }, { validate })
    await (await pool.acquire()).release()
    const failed = errorOf(pool.acquire({ timeoutMillis: 50 }))
    await shop.clock.advance(50)
    assert.equal((await failed).phase, 'validate')
    answer(true)
    await turns()
    assert.equal(pool.status().idle, 1)
  })

  it('reset: fails the release, and destroys the resource', async () => {
    const pool = shop.pool({ max: 1, resetTimeoutMillis: 100 }, { reset: never })
    const lease = await pool.acquire()
    const released = lease.release()
    const failed = assert.rejects(released, (error: Error & { code: string }) => {
      assert.equal(error.code, 'ERR_CLEANUP_FAILED')
      const cause = error.cause as PoolError
      assert.deepEqual([cause.code, cause.phase, cause.elapsedMillis], ['ERR_POOL_TIMEOUT', 'reset', 100])
      return true
    })
    assert.equal(pool.status().resetting, 1)
    await shop.clock.advance(100)
    await failed
    assert.equal(shop.destroyed, 1)
    shop.check()
  })

  it('destroy: frees the slot and quarantines', async () => {
    const pool = shop.pool({ max: 1, destroyTimeoutMillis: 100 })
    const destroys = heard(pool, 'destroy')
    shop.destroy = never
    const lease = await pool.acquire()
    const waiting = pool.acquire()
    void lease.destroy()
    await shop.clock.advance(99)
    assert.equal(await stateOf(waiting), 'pending')
    assert.equal(pool.status().destroying, 1)
    await shop.clock.advance(1)
    assert.equal((await waiting).value.id, 2)
    const { error, reason } = destroys[0]!
    assert.equal(reason, 'broken')
    assert.deepEqual([(error as PoolError).code, (error as PoolError).phase], ['ERR_POOL_TIMEOUT', 'destroy'])
    await shop.clock.advance(1_000)
    assert.equal(shop.registry.stats().quarantined, 1)
    shop.check()
  })

  it('are one deadline for all of an acquire', async () => {
    // 60 ms of waiting, 60 of validating, and what is left for a create: 80 of 200.
    const validate = (): Promise<boolean> =>
      new Promise(resolve => void shop.clock.setTimeout(() => resolve(false), 60))
    const pool = shop.pool({ max: 1, testOnBorrow: true, acquireTimeoutMillis: 200 }, { validate })
    const held = await pool.acquire()
    const failed = errorOf(pool.acquire())
    shop.create = never
    await shop.clock.advance(60)
    await held.release()
    await shop.clock.advance(139)
    assert.equal(pool.status().creating, 1)
    await shop.clock.advance(1)
    const error = await failed
    assert.deepEqual([error.phase, error.elapsedMillis], ['create', 200])
  })

  it('wait: nobody relies on a create that its own caller has given up', async () => {
    const pool = shop.pool({ max: 3, createTimeoutMillis: 30_000 })
    shop.create = never
    const given = assert.rejects(pool.acquire({ timeoutMillis: 50 }), { phase: 'create' })
    await shop.clock.advance(50)
    await given
    shop.create = () => shop.make()
    const lease = await pool.acquire({ timeoutMillis: 50 })
    assert.equal(lease.value.id, 1)
    assert.deepEqual([pool.status().creating, pool.status().size], [1, 2])
    await shop.clock.advance(30_000)
    assert.deepEqual([pool.status().creating, pool.status().size], [0, 1])
    shop.check()
  })

  it('wait: a create whose caller was served by another is relied on', async () => {
    const pool = shop.pool({ max: 3 })
    const held = await pool.acquire()
    const finish: (() => void)[] = []
    shop.create = () => new Promise(resolve => finish.push(() => resolve(shop.make())))
    const served = pool.acquire()
    await held.release()
    await served
    const next = pool.acquire()
    await turns()
    assert.equal(finish.length, 1)
    finish[0]!()
    await next
    assert.equal(pool.status().size, 2)
  })

  it('are over before a listener is told, which may end the pool', async () => {
    const pool = shop.pool({ max: 1 })
    await pool.acquire()
    pool.on('timeout', () => void pool.drain())
    const rejected = assert.rejects(pool.acquire({ timeoutMillis: 50 }), { code: 'ERR_POOL_TIMEOUT' })
    await shop.clock.advance(50)
    await rejected
  })
})
